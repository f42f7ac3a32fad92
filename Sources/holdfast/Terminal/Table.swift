/// Rows under headings, in columns that fit a terminal; a pure value.
struct Table: Sendable {
    /// A column, and what it does when there is too little room.
    struct Column: Sendable {
        /// What happens to a text that is too wide.
        enum Overflow: Sendable, Equatable {
            /// The column keeps its width: numbers, ids.
            case keeps
            /// The end gives way to '…', as long as so many columns are left.
            case cuts(atLeast: Int)
        }

        let title: String
        let alignment: StyledLine.Alignment
        let overflow: Overflow

        /// A column of words.
        init(_ title: String, _ overflow: Overflow = .keeps, alignment: StyledLine.Alignment = .leading) {
            self.title = title
            self.alignment = alignment
            self.overflow = overflow
        }

        /// A column of numbers.
        static func number(_ title: String) -> Column { Column(title, alignment: .trailing) }

        fileprivate var least: Int? {
            switch overflow {
            case .keeps: nil
            case .cuts(let least): least
            }
        }
    }

    private static let gap = 2
    private let columns: [Column]
    private var rows: [[StyledLine]] = []

    /// A table without rows.
    init(_ columns: [Column]) { self.columns = columns }

    /// Puts a row under the others; cells that are missing are empty, those without a column are left out.
    mutating func append(_ cells: [StyledLine]) {
        rows.append(cells.prefix(columns.count) + Array(repeating: "", count: max(0, columns.count - cells.count)))
    }

    /// The heading and the rows.
    ///
    /// - Parameter limit: how many columns there are; nil for as many as are needed, in a pipe. When even the narrowest
    ///   columns do not fit, lines are cut at their end.
    func lines(fitting limit: Int?) -> [StyledLine] {
        let heading = columns.map { StyledLine($0.title, .strong) }
        let widths = widths(of: [heading] + rows, within: limit)
        return ([heading] + rows).map { row in
            let line = line(of: row, widths)
            return limit.map { line.cut(to: $0) } ?? line
        }
    }

    /// What each column needs; where that is too much, the widest that may give way does, column by column.
    private func widths(of rows: [[StyledLine]], within limit: Int?) -> [Int] {
        var widths = columns.indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - limit
        while excess > 0 {
            let giving = columns.indices.filter { widths[$0] > columns[$0].least ?? .max }
            guard let widest = giving.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(of row: [StyledLine], _ widths: [Int]) -> StyledLine {
        var line = StyledLine("")
        var position = 0
        for column in columns.indices where row[column].columns > 0 {
            let start = widths[..<column].reduce(Self.gap * column, +)
            let isTrailing = columns[column].alignment == .trailing
            let cut = row[column].cut(to: widths[column])
            let cell = isTrailing ? cut.padded(to: widths[column], .trailing) : cut
            line += StyledLine(String(repeating: " ", count: start - position)) + cell
            position = start + cell.columns
        }
        return line
    }
}
