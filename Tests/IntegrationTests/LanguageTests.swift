import TestSupport
import Testing

@Suite struct LanguageTests {
    @Test("Each reader is written to in their own language, and Arabic runs from right to left")
    func languages() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.maildir(at: site.inbox.folder))
            for locale in ["en", "es-MX", "ar"] {
                try await site.reserve("Reader of \(locale)", "reader.\(locale)@example.org")
                try await site.sql(
                    "UPDATE booking.reservation SET invitee_locale = '\(locale)' WHERE invitee_name = 'Reader of \(locale)'"
                )
            }
            try await site.drain()
            let messages = try await site.inbox.messages().sorted { $0.toAddress < $1.toAddress }
            #expect(messages.map(\.headers["content-language"]) == ["ar", "en", "es"])
            let html = messages.map { $0.html ?? "" }
            #expect(html.map { $0.contains("<html lang=\"ar\" dir=\"rtl\">") } == [true, false, false])
            #expect(html[2].contains("<html lang=\"es\" dir=\"ltr\">"))
        }
    }

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
