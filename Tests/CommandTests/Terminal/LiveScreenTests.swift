import Testing

@testable import holdfast

@Suite struct LiveScreenTests {
    private static func screen(columns: Int = 20, rows: Int = 5, _ page: [StyledLine]) -> LiveScreen {
        var screen = LiveScreen(size: .init(columns: columns, rows: rows), showsColour: false)
        screen.page = page
        screen.foot = "queue"
        return screen
    }

    /// What is between the marks of one piece.
    private static func body(_ update: String) -> String {
        String(update.trimmingPrefix("\u{1B}[?2026h").dropLast("\u{1B}[?2026l".count))
    }

    @Test("At first everything is drawn, then only the rows that changed, and nothing when none did")
    func changes() {
        var screen = Self.screen(["owed 1", "sent 2"])
        #expect(
            Self.body(screen.update())
                == "\u{1B}[0m\u{1B}[2J\u{1B}[1;1Howed 1\u{1B}[K\u{1B}[2;1Hsent 2\u{1B}[K\u{1B}[5;1Hq ends  queue\u{1B}[K"
        )
        #expect(screen.update().isEmpty)
        screen.page = ["owed 1", "sent 3"]
        #expect(Self.body(screen.update()) == "\u{1B}[2;1Hsent 3\u{1B}[K")
        screen.page = ["owed 1"]
        #expect(Self.body(screen.update()) == "\u{1B}[2;1H\u{1B}[K")
    }

    @Test("Another size, and a stop in between, draw everything anew; the same size does not")
    func size() {
        var screen = Self.screen(["owed 1"])
        _ = screen.update()
        screen.size = .init(columns: 20, rows: 5)
        #expect(screen.update().isEmpty)
        screen.size = .init(columns: 4, rows: 3)
        #expect(
            Self.body(screen.update()) == "\u{1B}[0m\u{1B}[2J\u{1B}[1;1Howe…\u{1B}[3;1Hq e…",
            "a full row is not erased behind its end")
        screen.forget()
        #expect(Self.body(screen.update()).hasPrefix("\u{1B}[0m\u{1B}[2J"))
    }

    @Test("A page that is longer than the screen is moved, and never past its ends")
    func scroll() {
        var screen = Self.screen(columns: 60, (1...9).map { "line \($0)" })
        #expect(screen.update().contains("0 above, 5 below"))
        screen.scroll(.down)
        #expect(screen.update().contains("[1;1Hline 2\u{1B}[K\u{1B}[2;1Hline 3"))
        screen.scroll(.bottom)
        #expect(screen.update().contains("[4;1Hline 9\u{1B}[K\u{1B}[5;1Hq ends  5 above, 0 below"))
        screen.scroll(.down)
        #expect(screen.update().isEmpty)
        for _ in 1...3 { screen.scroll(.pageUp) }
        #expect(screen.update().contains("[1;1Hline 1"))
        for rows in 1...3 {
            screen.size = .init(columns: 1, rows: rows)
            #expect(!screen.update().contains("[\(rows + 1);1H"))
        }
    }

    @Test("Keys are read from what terminals send, in pieces or all at once; others are passed over")
    func keys() {
        func read(_ text: String) -> [LiveKey] { LiveKey.read(Array(text.utf8)) }
        #expect(read("q") == [.quit] && read("\u{3}") == [.quit] && read("x\u{1B}") == [])
        #expect(
            read("\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[6~ jkG") == [
                .up, .down, .pageUp, .pageDown, .pageDown, .down, .up, .bottom,
            ])
        #expect(read("\u{1B}[1;5B\u{1B}[H\u{1B}[4~\u{1B}[15~") == [.down, .top, .bottom])
        #expect(read("\u{1B}[") == [] && read("\u{1B}[1;") == [])
    }
}
