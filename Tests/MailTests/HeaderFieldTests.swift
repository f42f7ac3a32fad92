import Testing

@testable import Mail

@Suite("Header fields")
struct HeaderFieldTests {
    private func wire(_ field: HeaderField) -> String { String(decoding: field.bytes, as: UTF8.self) }

    @Test(
        "of human text are written plain where they can be",
        arguments: [
            ("Hello", "Subject: Hello\r\n"),
            ("", "Subject:\r\n"),
            ("a = b ? c", "Subject: a = b ? c\r\n"),
            (
                "Your appointment on Tuesday with the practice is waiting for your answer until noon",
                "Subject: Your appointment on Tuesday with the practice is waiting for your\r\n answer until noon\r\n"
            ),
        ])
    func plain(text: String, expected: String) throws {
        #expect(try wire(.unstructured("Subject", text)) == expected)
    }

    @Test(
        "of human text are encoded where they must be, in the shorter form",
        arguments: [
            ("Zoë", "Subject: =?utf-8?Q?Zo=C3=AB?=\r\n"),
            ("李小龍", "Subject: =?utf-8?B?5p2O5bCP6b6N?=\r\n"),
            (" x", "Subject: =?utf-8?Q?_x?=\r\n"),
            ("a  b", "Subject: =?utf-8?Q?a__b?=\r\n"),
            ("=?utf-8?Q?a?=", "Subject: =?utf-8?B?PT91dGYtOD9RP2E/PQ==?=\r\n"),
        ])
    func encoded(text: String, expected: String) throws {
        #expect(try wire(.unstructured("Subject", text)) == expected)
    }

    @Test("never cut a character as readers see it")
    func graphemes() throws {
        let family = "👨‍👩‍👧‍👦"
        let field = try wire(.unstructured("Subject", String(repeating: family, count: 40)))
        for line in field.split(separator: "\r\n") {
            let word = line.split(separator: " ").last ?? ""
            #expect(word.utf8.count <= 75)
            let count = word.dropFirst("=?utf-8?B?".count).dropLast(2).utf8.count
            #expect(count == (family.utf8.count + 2) / 3 * 4)
        }
    }

    @Test("cut a character longer than a word between scalars")
    func longGrapheme() throws {
        let zalgo = "a" + String(repeating: "\u{301}", count: 200)
        #expect(zalgo.count == 1)
        let lines = try wire(.unstructured("Subject", zalgo)).split(separator: "\r\n")
        #expect(lines.count > 5)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
    }

    @Test("refuse every control, line break and direction override", arguments: HostileText.forbidden)
    func controls(piece: String) throws {
        for text in [piece, "a\(piece)", "\(piece)é", "é\(piece)\(piece)"] {
            let problem = try refusal { try HeaderField.unstructured("Subject", text) }
            #expect(problem == MailError(.header("Subject"), expectedProblem(piece)))
            let named = try refusal { try Samples.mailbox(text) }
            #expect(named == MailError(.displayName, expectedProblem(piece)))
            let machine = try refusal { try HeaderField.structured("X-Test", "a\(text)b") }
            #expect(machine.field == .header("X-Test"))
            #expect(throws: MailError.self) { try Disposition.attachment(fileName: text) }
            #expect(throws: MailError.self) { try MIMEParameter("name", text) }
        }
    }

    @Test("let a subject isolate a name of the other direction, but not a name itself", arguments: HostileText.isolates)
    func isolates(piece: String) throws {
        _ = try HeaderField.unstructured("Subject", "Hello \(piece)")
        #expect(throws: MailError(.displayName, .bidirectionalControl)) { try Samples.mailbox("a\(piece)b") }
    }

    @Test("have a limit that is an error and not a cut")
    func limit() throws {
        let longest = String(repeating: "é", count: HeaderText.maximumLength / 2)
        let field = try HeaderField.unstructured("Subject", longest)
        #expect(field.bytes.count < 102_400, "Postfix would cut this field off")
        #expect(throws: MailError(.header("Subject"), .tooLong(limit: HeaderText.maximumLength))) {
            try HeaderField.unstructured("Subject", longest + "é")
        }
        #expect(throws: MailError(.displayName, .tooLong(limit: HeaderText.maximumLength))) {
            try Samples.mailbox(longest + "é")
        }
    }

    @Test(
        "with a name that is not one are refused",
        arguments: [
            ("", .empty), ("a b", .forbiddenCharacter), ("a:", .forbiddenCharacter), ("é", .forbiddenCharacter),
            ("a\r\nb", .forbiddenCharacter), (String(repeating: "a", count: 51), .tooLong(limit: 50)),
        ] as [(String, MailError.Problem)])
    func names(name: String, problem: MailError.Problem) {
        #expect(throws: MailError(.headerName, problem)) { try HeaderField.unstructured(name, "x") }
        #expect(throws: MailError(.headerName, problem)) { try HeaderField.structured(name, "x") }
    }

    @Test("of machine text are folded at spaces and refuse what they cannot carry")
    func structured() throws {
        let link = "<https://example.org/" + String(repeating: "a", count: 50) + ">,"
        let field = try HeaderField.structured("List-Unsubscribe", "\(link) <mailto:a@example.org>")
        #expect(wire(field) == "List-Unsubscribe: \(link)\r\n <mailto:a@example.org>\r\n")
        let field998 = try HeaderField.structured("X-A", String(repeating: "a", count: 993))
        #expect(field998.bytes.count == 1_000)
        for (value, problem): (String, MailError.Problem) in [
            ("", .empty), ("é", .forbiddenCharacter), (" a", .space), ("a  b", .space),
            (String(repeating: "a", count: 994), .lineTooLong),
        ] {
            #expect(throws: MailError(.header("X-A"), problem)) { try HeaderField.structured("X-A", value) }
        }
    }

    @Test(
        "with a mailbox write the name in the plainest form that is safe",
        arguments: [
            (nil, "To: a@example.org\r\n"), ("", "To: a@example.org\r\n"), ("  ", "To: a@example.org\r\n"),
            ("Zoe O'Neil", "To: Zoe O'Neil <a@example.org>\r\n"),
            (" Zoe ", "To: Zoe <a@example.org>\r\n"),
            ("Dr. Zoe", "To: \"Dr. Zoe\" <a@example.org>\r\n"),
            ("a \"b\" \\c", "To: \"a \\\"b\\\" \\\\c\" <a@example.org>\r\n"),
            ("evil@bank.example", "To: \"evil@bank.example\" <a@example.org>\r\n"),
            ("Zoë", "To: =?utf-8?Q?Zo=C3=AB?= <a@example.org>\r\n"),
            ("=?utf-8?Q?a?=", "To: =?utf-8?B?PT91dGYtOD9RP2E/PQ==?= <a@example.org>\r\n"),
        ] as [(String?, String)])
    func mailboxes(name: String?, expected: String) throws {
        #expect(try wire(.mailbox("To", Samples.mailbox(name, "a@example.org"))) == expected)
    }

    private func refusal(_ body: () throws -> some Any) throws -> MailError {
        try #require(#expect(throws: MailError.self) { _ = try body() })
    }

    private func expectedProblem(_ piece: String) -> MailError.Problem {
        let isOverride = piece.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) }
        return isOverride ? .bidirectionalControl : .controlCharacter
    }
}
