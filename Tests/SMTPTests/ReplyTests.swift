import SMTP
import Testing

@Suite struct ReplyTests {
    @Test(arguments: [
        ("250 2.0.0 Ok: queued as 4ABC1234Xyz", "4ABC1234Xyz"),
        ("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4ABC", "4ABC"),
        ("250 OK id=1tABcd-000000001Xy-2zzz", "1tABcd-000000001Xy-2zzz"),
        ("250 2.0.0 4AM2b1Qn012345 Message accepted for delivery", "4AM2b1Qn012345"),
        ("250 2.0.0 7e1a2b3c Message accepted for delivery", "7e1a2b3c"),
        ("250 Ok 0100018f3a2b4c5d-aaaa-bbbb-000000", "0100018f3a2b4c5d-aaaa-bbbb-000000"),
        ("250 2.0.0 OK  1700000000 d9443c01a7336-1d0c sor.30 - gsmtp", "sor.30"),
        ("250 2.6.0 <x@y> [InternalId=12345, Hostname=H] Queued mail for delivery", "12345"),
        ("250 ok 1700000000 qp 1234567", "1234567"),
        ("250 Message Queued (3F2504E0-4F89)", "3F2504E0-4F89"),
    ]) func findsTheQueueID(_ text: String, _ id: String) throws {
        #expect(try reply(text).queueID == id)
    }

    @Test(arguments: [
        "250 OK", "250 2.0.0 Ok", "250 Message accepted for delivery", "250 2.0.0 Message accepted for delivery",
        "250 Ok: queued as <someone@example.test>", "550 queued as 4ABC1234", "250 Great success",
    ]) func inventsNoQueueID(_ text: String) throws {
        #expect(try reply(text).queueID == nil)
    }

    @Test(arguments: [
        ("550 5.1.1 <to@client.test>: Recipient rejected", "550 5.1.1 [address] Recipient rejected"),
        ("550 user TO unknown (to)", "550 user [address] unknown [address]"),
        ("550 see https://x.test/a?u=1 or www.x.test or x.test/help", "550 see [link] or [link] or [link]"),
        ("550 to%40client.test bounce+to=40client.test@x", "550 [address] [address]"),
        ("550 user=to, to's mailbox; mailbox:to/inbox", "550 [address] [address] mailbox; [address]"),
        ("550 v4.public.eyJhIjoxfQ.Zm9v rsv/v4.public.eyJ (V4.PUBLIC.eyJ)", "550 [link] [link] [link]"),
        ("550-host mx1.test said\r\n550 no\u{1B}[2J\u{E9}", "550 host mx1.test said no?[2J?"),
    ]) func scrubs(_ text: String, _ clean: String) throws {
        #expect(try reply(text).scrubbed(hiding: envelope) == clean)
    }

    @Test func scrubbedTextIsShort() throws {
        let long = try reply("550 " + Array(repeating: "word", count: 600).joined(separator: " "))
        #expect(long.scrubbed(limit: 512).utf8.count == 512)
        #expect(long.scrubbed(limit: 10) == "550 word w")
    }

    @Test(arguments: [
        ("5.1.1 x", "5.1.1"), ("2.0.0", "2.0.0"), ("4.7.28 x", "4.7.28"), ("3.1.1 x", nil), ("5.1 x", nil),
        ("5.1.1234 x", nil), ("5.1.1.1 x", nil), ("10.0.0.1 x", nil), ("x", nil), ("5..1 x", nil),
    ]) func readsEnhancedStatuses(_ text: String, _ status: String?) throws {
        #expect(try reply("550 " + text).enhancedStatus?.description == status)
    }
}
