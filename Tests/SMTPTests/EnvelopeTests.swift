import SMTP
import Testing

@Suite struct EnvelopeTests {
    @Test(arguments: [
        "a@b\r\nRCPT TO:<evil@x.test>", "a@b>\r\nDATA", "a\n@b", "a\r@b", "a@b\0", "a b@c", "<a@b>", "a@b\t",
        "a\u{7F}@b",
        "a\u{85}@b", "a\u{2028}@b", "a\u{202E}@b", "a\u{A0}@b",
    ]) func refusesWhatCouldEndACommand(_ address: String) {
        for side in [EnvelopeError.Side.sender, .recipient] {
            let error = #expect(throws: EnvelopeError.self) {
                try Envelope(
                    reversePath: side == .sender ? address : "a@b", forwardPath: side == .recipient ? address : "a@b")
            }
            #expect(error?.side == side)
            #expect(error?.reason == .forbiddenCharacter)
        }
    }

    @Test(arguments: ["a", "@b", "a@", "a@b@c"]) func refusesWhatIsNoMailbox(_ address: String) {
        let error = #expect(throws: EnvelopeError.self) { try Envelope(reversePath: "a@b", forwardPath: address) }
        #expect(error?.reason == .noMailbox)
        #expect(error?.side == .recipient)
    }

    @Test func refusesEmptyRecipientsAndLongAddresses() throws {
        let error = #expect(throws: EnvelopeError.self) { try Envelope(reversePath: "a@b", forwardPath: "") }
        #expect(error?.reason == .empty)
        for long in [String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 253)] {
            let error = #expect(throws: EnvelopeError.self) { try Envelope(reversePath: "a@b", forwardPath: long) }
            #expect(error?.reason == .tooLong)
        }
        #expect(throws: Never.self) { try Envelope(reversePath: "", forwardPath: "\"a@b\"@c") }
    }

    @Test func showsNoAddress() throws {
        var shown = "\(envelope) \(String(reflecting: envelope))"
        dump(envelope, to: &shown)
        #expect(!shown.contains("client.test"))
        let error = #expect(throws: EnvelopeError.self) { try Envelope(reversePath: "", forwardPath: "ann x@y") }
        #expect("\(try #require(error))".contains("ann") == false)
    }
}
