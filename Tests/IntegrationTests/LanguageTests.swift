import TestSupport
import Testing

@Suite struct LanguageTests {
    @Test("A reader whose language has no templates is written to in English, and the log says so once")
    func fallback() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            try await site.reserve("First Reader", "first.reader@example.org")
            try await site.reserve("Second Reader", "second.reader@example.org")
            try await site.reserve("Third Reader", "third.reader@example.org")
            try await site.sql(
                "UPDATE booking.reservation SET invitee_locale = 'qaa-QM' WHERE invitee_name <> 'Third Reader'")
            let log = try await site.must(["worker", "--drain"]).errors
            let told = log.split(separator: "\n").filter { $0.contains("written in another") }
            #expect(told.count == 1, "\(log)")
            #expect(told.allSatisfy { $0.contains("locale.asked=qaa-QM") && $0.contains("locale.used=en") })
            #expect(!log.contains("Reader") && !log.contains("@example.org"))
            let messages = try await site.inbox.messages()
            #expect(messages.map(\.headers["content-language"]) == ["en", "en", "en"])
        }
    }
}
