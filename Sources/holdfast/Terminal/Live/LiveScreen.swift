/// What a live view shows, and what of it changed since it was last drawn; a pure value.
struct LiveScreen {
    /// The terminal's size; another one means that everything is drawn anew.
    var size: TerminalStream.Size { didSet { if size != oldValue { drawn = nil } } }
    /// The page, which may be longer than the screen.
    var page: [StyledLine] = []
    /// What the last line says behind the way out.
    var foot: StyledLine = ""
    private let showsColour: Bool
    private var first = 0
    /// What is on the screen, row by row; nil when that is unknown.
    private var drawn: [StyledLine]?

    /// An empty screen.
    init(size: TerminalStream.Size, showsColour: Bool) {
        self.size = size
        self.showsColour = showsColour
    }

    /// Moves the page behind the screen.
    mutating func scroll(_ key: LiveKey) {
        switch key {
        case .quit: break
        case .up: first -= 1
        case .down: first += 1
        case .pageUp: first -= height
        case .pageDown: first += height
        case .top: first = 0
        case .bottom: first = page.count
        }
    }

    /// Forgets what is on the screen: somebody else has drawn on it.
    mutating func forget() { drawn = nil }

    /// What brings the screen up to date: the rows that changed and no others; empty when none did.
    mutating func update() -> String {
        first = max(0, min(first, page.count - height))
        let rows = rows
        var output = drawn == nil ? "\u{1B}[0m\u{1B}[2J" : ""
        for (number, row) in rows.enumerated() where drawn?[number] != row && !(drawn == nil && row == "") {
            // A full row is not erased to its end: the cursor still stands on the last column.
            let erase = row.columns < size.columns ? "\u{1B}[K" : ""
            output += "\u{1B}[\(number + 1);1H\(row.rendered(inColour: showsColour))\(erase)"
        }
        drawn = rows
        // Shown in one piece by terminals that know how (mode 2026), and passed over by the others.
        return output.isEmpty ? "" : "\u{1B}[?2026h\(output)\u{1B}[?2026l"
    }

    /// How many rows the page has; the last one of the screen is the foot's.
    private var height: Int { max(1, size.rows - 1) }

    private var rows: [StyledLine] {
        let shown = page.dropFirst(first).prefix(height)
        let blank = Array(repeating: StyledLine(""), count: height - shown.count)
        let below = page.count - first - shown.count
        let more: StyledLine = first + below > 0 ? "  \(first) above, \(below) below" : ""
        let all = shown + blank + (size.rows > 1 ? [StyledLine("q ends", .strong) + more + "  " + foot] : [])
        return all.map { $0.cut(to: size.columns) }
    }
}
