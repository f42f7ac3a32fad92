import Testing

@testable import holdfast

@Suite struct StyledLineTests {
    @Test(
        "Columns are counted as a terminal gives them",
        arguments: [
            ("", 0), ("plain", 5), ("Zoë", 3), ("e\u{301}", 1), ("李小龍", 6), ("한글", 4), ("ｆ", 2), ("🙂", 2), ("👩‍👩‍👧", 2),
            ("🇮🇪", 2), ("❤️", 2), ("a\u{200B}b", 2), ("عربي", 4), ("…", 1),
        ])
    func columns(_ text: String, _ columns: Int) {
        #expect(StyledLine(text).columns == columns)
    }

    @Test("What would steer the terminal is shown as harmless")
    func steering() {
        let hostile = StyledLine("550 \u{1B}[2J\u{9B}31m\u{7}no\r\nsuch\tuser\u{202E}gnp.exe\u{2066}\u{7F}", .bad)
        #expect(
            hostile.text
                == "550 \u{FFFD}[2J\u{FFFD}31m\u{FFFD}no such user\u{FFFD}gnp.exe\u{FFFD}\u{FFFD}")
        #expect(hostile.rendered(inColour: false).unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 })
    }

    @Test("Colour is put around the parts that have one, and taken back at the end")
    func colour() {
        let line = StyledLine("ok", .good) + "  the " + StyledLine("end", .bad)
        #expect(line.rendered(inColour: true) == "\u{1B}[0;32mok\u{1B}[0m  the \u{1B}[0;1;31mend\u{1B}[0m")
        #expect(line.rendered(inColour: false) == "ok  the end")
    }

    @Test("A line is cut with a mark, and never through a wide character")
    func cut() {
        #expect(StyledLine("reservation").cut(to: 11).text == "reservation")
        #expect(StyledLine("reservation").cut(to: 6).text == "reser…")
        #expect(StyledLine("李小龍").cut(to: 4).text == "李…")
        #expect(StyledLine("ab").cut(to: 1).text == "…" && StyledLine("ab").cut(to: 0).text.isEmpty)
        #expect(StyledLine("abc", .bad).cut(to: 2).rendered(inColour: true) == "\u{1B}[0;1;31ma\u{1B}[0m…")
    }

    @Test("A line is broken between words, and a long word where it must be; nothing gets lost")
    func wrapped() {
        let text = "550 5.1.1 the mailbox is not known here, see https://relay.example.org/why/user-unknown 李小龍"
        for limit in [1, 2, 7, 20, 33, 200] {
            let lines = StyledLine(text).wrapped(to: limit)
            #expect(lines.allSatisfy { $0.columns <= max(limit, 2) }, "\(limit): \(lines.map(\.text))")
            let letters = lines.map(\.text).joined().filter { $0 != " " }
            #expect(letters == text.filter { $0 != " " }, "\(limit)")
        }
        #expect(StyledLine("the end is near").wrapped(to: 7).map(\.text) == ["the end", "is near"])
        #expect(StyledLine("").wrapped(to: 7) == [""])
    }

    @Test("Colour needs a terminal that says what it is, and nobody who does not want it")
    func mayColour() {
        #expect(Terminal.mayColour(in: ["TERM": "xterm-256color"]))
        #expect(Terminal.mayColour(in: ["TERM": "linux", "NO_COLOR": ""]))
        for environment in [
            ["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "xterm", "NO_COLOR": "false"], ["TERM": "dumb"], ["TERM": ""],
            [:],
        ] {
            #expect(!Terminal.mayColour(in: environment))
        }
    }
}
