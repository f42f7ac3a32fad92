import Foundation
import TestSupport
import Testing

@Suite struct DecisionTests {
    @Test("A reservation cancelled before its letter was claimed sends nothing, and history says that it was withdrawn")
    func cancelled() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            let id = try await site.reserve("Changed Mind", "changed.mind@example.org")
            try await site.sql("UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(id)'")
            try await site.drain()
            #expect(site.inbox.files.isEmpty)
            #expect(try await site.jobs().isEmpty)
            let history = try await site.history()
            // Whoever was told nothing is not told that it is off.
            #expect(history.map(\.outcome) == ["cancelled", "suppressed"])
            #expect(history.first?.reason == "the reservation changed")
        }
    }

    @Test("An address changed before the letter was claimed: only the new one is written to")
    func addressChanged() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            let id = try await site.reserve("Typing Error", "typnig@example.org")
            try await site.sql("UPDATE booking.reservation SET invitee_email = 'typing@example.org' WHERE id = '\(id)'")
            try await site.drain()
            let messages = try await site.inbox.messages()
            #expect(messages.map(\.headers["x-rcptto"]) == ["typing@example.org"])
            #expect(messages.map(\.toAddress) == ["typing@example.org"])
            #expect(try await site.history().map(\.outcome) == ["cancelled", "sent"])
        }
    }

    @Test("A suppressed address is not written to, in whatever case it is spelt")
    func suppressed() async throws {
        try await withheld(
            "suppressed", "the address must not be written to", address: "No.More@Example.org",
            by: "INSERT INTO holdfast.suppression (address, reason) VALUES ('no.more@example.org', 'manual')")
    }

    @Test("An address outside HOLDFAST_ONLY_TO is not written to")
    func notOnTheList() async throws {
        try await withheld(
            "suppressed", "the address is not in HOLDFAST_ONLY_TO", address: "real.person@sub.example.org",
            by: "SELECT 1")
    }

    @Test("A payor that came to require authorization stops the letter")
    func authorization() async throws {
        try await withheld(
            "suppressed", "the payor requires authorization",
            by: """
                INSERT INTO booking.payor (id, name) VALUES ('acme', 'Acme Health');
                UPDATE booking.reservation SET payor_id = 'acme';
                UPDATE booking.payor SET requires_authorization = true
                """)
    }

    @Test("A hold that lapsed before its letter was claimed is not announced any more")
    func lapsed() async throws {
        try await withheld("expired", "its deadline passed", by: TestInstallation.clock(movedBy: "4 days"))
    }

    /// Reserves, lets `change` happen, drains, and expects that nothing was sent and history says why.
    private func withheld(
        _ outcome: String, _ reason: String, address: String = "somebody@example.org", by change: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            try await site.reserve("Some Body", address)
            try await site.sql(change)
            try await site.drain()
            #expect(site.inbox.files.isEmpty, sourceLocation: sourceLocation)
            let history = try await site.history()
            #expect(history.map(\.outcome) == [outcome], sourceLocation: sourceLocation)
            #expect(history.first?.reason == reason, sourceLocation: sourceLocation)
            #expect(history.first?.final == true, sourceLocation: sourceLocation)
            #expect(try await site.jobs().isEmpty, sourceLocation: sourceLocation)
        }
    }
}
