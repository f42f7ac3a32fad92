import Testing

@testable import SMTP

@Suite("How long a relay asks to wait")
struct RetryHintTests {
    @Test(
        "a time to wait is found in what relays say",
        arguments: [
            ("450 4.2.0 Try again in 5 minutes", 300), ("450 try again after 300 seconds.", 300),
            ("450 retry in 2h", 3600),
            ("451 come back in 00:05:00", 300), ("451 come back in 05:00", 300), ("451 wait 90 s", 90),
            ("451 greylisted for 300 seconds (see x)", 300), ("450 Retry-After: 300", 300),
            ("450 retry after 240", 240),
            ("450 wait another 7 minutes", 420), ("450 in five minutes", 300), ("450 in an hour", 3600),
            ("450-4.7.1 try again in\r\n450 4.7.1 5 minutes", 300), ("450 in (600 seconds)", 600), ("450 IN 5MIN", 300),
            ("450 in the queue; retry in 120s", 120),
        ])
    func finds(_ text: String, _ seconds: Int) throws {
        #expect(RetryHint.find(in: try reply(text)) == .seconds(seconds))
    }

    @Test("a wait is believed within one minute and one hour")
    func bounds() throws {
        #expect(RetryHint.find(in: try reply("450 in 0 seconds")) == .seconds(60))
        #expect(RetryHint.find(in: try reply("450 in 59 s")) == .seconds(60))
        #expect(RetryHint.find(in: try reply("450 in 00:00:01")) == .seconds(60))
        #expect(RetryHint.find(in: try reply("450 in 61 s")) == .seconds(61))
        #expect(RetryHint.find(in: try reply("450 in 999999 hours")) == .seconds(3600))
        #expect(RetryHint.find(in: try reply("450 in 99:59:59")) == .seconds(3600))
    }

    @Test(
        "other numbers are no wait",
        arguments: [
            "450 try again later", "450 in a few minutes", "450 after 3 attempts", "450 retry after 3 attempts",
            "450 in",
            "450 in 12345678901234567890 seconds", "450 in 5 apples", "450 in 1:2:3:4",
            "450 in 300", "450 5 minutes ago", "450 in \u{665} minutes", "450 in 00:xx:00", "450 in :5:00x",
            "250 in 5 minutes", "550 try again in 5 minutes", "421",
        ])
    func findsNone(_ text: String) throws {
        #expect(RetryHint.find(in: try reply(text)) == nil)
    }
}
