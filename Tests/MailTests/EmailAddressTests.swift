import Mail
import Testing

@Suite("Email addresses")
struct EmailAddressTests {
    @Test(
        "are accepted and normalised",
        arguments: [
            ("zoe@example.org", "zoe@example.org"),
            ("Zoe.O'Neil+tag@Example.ORG", "Zoe.O'Neil+tag@example.org"),
            ("a@b", "a@b"),
            ("\"a..b\"@example.org", "\"a..b\"@example.org"),
            ("\"a\\\"b@c\"@example.org", "\"a\\\"b@c\"@example.org"),
            ("x@bücher.example", "x@xn--bcher-kva.example"),
            ("x@BU\u{308}CHER.example", "x@xn--bcher-kva.example"),
            ("x@例え.テスト", "x@xn--r8jz45g.xn--zckzah"),
            ("x@faß.example", "x@xn--fa-hia.example"),
            ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
            ("李@example.org", "李@example.org"),
            (String(repeating: "a", count: 64) + "@example.org", String(repeating: "a", count: 64) + "@example.org"),
        ])
    func accepted(given: String, expected: String) throws {
        let address = try EmailAddress(given)
        #expect(Array(address.unredactedText.utf8) == Array(expected.utf8))
    }

    @Test("outside ASCII before the @ ask for SMTPUTF8, outside ASCII behind it do not")
    func needsSMTPUTF8() throws {
        #expect(try EmailAddress("李@example.org").needsSMTPUTF8)
        #expect(try !EmailAddress("x@例え.テスト").needsSMTPUTF8)
    }

    @Test(
        "are refused for the right reason",
        arguments: [
            ("", .address, .missingAtSign), ("example.org", .address, .missingAtSign),
            ("@example.org", .localPart, .empty), ("a@", .domain, .empty),
            ("a b@example.org", .address, .space), ("a@example.org ", .address, .space),
            ("\"a b\"@example.org", .address, .space), ("a\u{A0}b@example.org", .address, .space),
            ("a\r\nRCPT TO:<b@c>@example.org", .address, .controlCharacter),
            ("a@example.org\r\n", .address, .controlCharacter), ("a@example.org\0", .address, .controlCharacter),
            ("a\u{7F}@example.org", .address, .controlCharacter), ("a\u{85}@example.org", .address, .controlCharacter),
            ("a\u{2028}@example.org", .address, .controlCharacter),
            ("<a@example.org>", .address, .angleBracket), ("a@example.org>", .address, .angleBracket),
            ("a\u{202E}b@example.org", .address, .bidirectionalControl),
            ("a\u{200D}b@example.org", .address, .invisibleCharacter),
            ("a\u{FEFF}@example.org", .address, .invisibleCharacter),
            ("a\u{E0100}@example.org", .address, .invisibleCharacter),
            ("a\u{FFFE}@example.org", .address, .forbiddenCharacter),
            (".a@example.org", .localPart, .misplacedDot), ("a.@example.org", .localPart, .misplacedDot),
            ("a..b@example.org", .localPart, .misplacedDot), ("a@b@example.org", .localPart, .forbiddenCharacter),
            ("a,b@example.org", .localPart, .forbiddenCharacter), ("a\"b@example.org", .localPart, .forbiddenCharacter),
            ("\"a@example.org", .localPart, .unbalancedQuote), ("\"\"@example.org", .localPart, .unbalancedQuote),
            ("\"a\"b\"@example.org", .localPart, .unbalancedQuote),
            ("\"a\\\"@example.org", .localPart, .unbalancedQuote),
            ("a@[127.0.0.1]", .domain, .addressLiteral), ("a@127.0.0.1", .domain, .numericTopLevel),
            ("a@example..org", .domain, .emptyLabel), ("a@example.org.", .domain, .emptyLabel),
            ("a@-example.org", .domain, .misplacedHyphen), ("a@example-.org", .domain, .misplacedHyphen),
            ("a@bü--cher.org", .domain, .misplacedHyphen), ("a@exam_ple.org", .domain, .forbiddenCharacter),
            ("a@exam/ple.org", .domain, .forbiddenCharacter), ("a@ｅxample.org", .domain, .notRepresentable),
            ("a@b.\u{301}x", .domain, .notRepresentable),
            ("a@☕.example", .domain, .notRepresentable), ("a@ﬁ.example", .domain, .notRepresentable),
            ("a@\u{301}x.example", .domain, .notRepresentable), ("a@例え。テスト", .domain, .notRepresentable),
            ("a@\(String(repeating: "b", count: 64)).org", .domain, .tooLong(limit: 63)),
            ("a@\(String(repeating: "ü", count: 63)).org", .domain, .tooLong(limit: 63)),
            (String(repeating: "a", count: 65) + "@example.org", .localPart, .tooLong(limit: 64)),
            ("李" + String(repeating: "a", count: 62) + "@example.org", .localPart, .tooLong(limit: 64)),
            ("a@" + String(repeating: "abcdefg.", count: 32) + "org", .domain, .tooLong(limit: 253)),
            ("abc@" + String(repeating: "abcdefg.", count: 31) + "org", .address, .tooLong(limit: 254)),
            (String(repeating: "a", count: 2_000_000), .address, .tooLong(limit: 254)),
        ] as [(String, MailError.Field, MailError.Problem)])
    func refused(given: String, field: MailError.Field, problem: MailError.Problem) {
        #expect(throws: MailError(field, problem)) { try EmailAddress(given) }
    }

    @Test("of exactly 254 octets are accepted")
    func longest() throws {
        let text = "ab@" + String(repeating: "abcdefg.", count: 31) + "org"
        #expect(text.utf8.count == 254)
        #expect(try EmailAddress(text).unredactedText == text)
    }

    @Test("and everything that holds one print nothing of themselves")
    func redacted() throws {
        let address = try EmailAddress("secret@hidden.example")
        let mailbox = try Mailbox(name: "Secret", address: address)
        let message = try Samples.message(to: mailbox, subject: "Secret")
        let composed = try message.composed()
        var output = "\(address) \(mailbox) \(message) \(composed) \([address]) \(String(reflecting: [mailbox])) "
        dump(message, to: &output)
        dump([mailbox], to: &output)
        dump(composed, to: &output)
        dump(message.body, to: &output)
        #expect(output.contains("EmailAddress(redacted)"))
        #expect(!output.lowercased().contains("secret") && !output.contains("hidden"))
        #expect(!output.contains("83"), "octets of the text were printed")
    }

    @Test("that are refused leave no trace in the error")
    func errorsAreRedacted() {
        let error = #expect(throws: MailError.self) { try EmailAddress("secret name@hidden.example") }
        #expect(error?.description == "The email address contains white space; remove it.")
    }
}
