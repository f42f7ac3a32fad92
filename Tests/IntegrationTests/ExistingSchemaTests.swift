import Foundation
import TestSupport
import Testing

@Suite("A practice that has tables already") struct ExistingSchemaTests {
    @Test("its own rows owe letters, and what the client answers stands in its own rows")
    func example() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.maildir(at: site.inbox.folder))
            let folder = TestInstallation.repository.appendingPathComponent("deploy/existing-schema")
            try await site.sql(String(contentsOf: folder.appendingPathComponent("practice.sql"), encoding: .utf8))
            try await site.sql(Self.before)
            try await site.sql(String(contentsOf: folder.appendingPathComponent("map.sql"), encoding: .utf8))
            try await site.drain()
            #expect(try await site.inbox.messages().isEmpty, "what the old system told is not told again")

            #expect(try await site.sql("SELECT count(*) FROM holdfast.job WHERE kind = 'appointment.reminder'") == "2")

            try await site.sql(Self.offer)
            try await site.drain()
            #expect(try await site.inbox.messages().map(\.toAddress) == ["guest@example.org"])

            let outcome = try await site.sql(
                """
                BEGIN;
                INSERT INTO clinic.people (id, first_name, last_name, email) VALUES (7, 'New', 'Guest', 'guest@example.org');
                SELECT outcome FROM holdfast.redeem((SELECT jti FROM holdfast.link WHERE purpose = 'rsv'), 'rsv', 'confirm',
                                                    client_id => clinic.holdfast_id('people', 7));
                COMMIT
                """)
            #expect(outcome.contains("done"))
            #expect(
                try await site.sql("SELECT status, person_id FROM clinic.appointments WHERE guest_name = 'New Guest'")
                    == "booked|7")
            try await site.drain()
            #expect(
                try await Set(site.inbox.messages().map(\.toAddress)) == ["guest@example.org", "staff@example.org"])

            try await site.sql("UPDATE clinic.appointments SET status = 'called_off' WHERE guest_name = 'New Guest'")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.job WHERE kind = 'appointment.cancelled'") == "1")
        }
    }

    private static let before = """
        INSERT INTO clinic.staff (id, full_name, email) VALUES (1, 'Dr. Ada Moss', 'staff@example.org');
        INSERT INTO clinic.people (id, first_name, last_name, email) VALUES (1, 'Old', 'Friend', 'friend@example.org');
        INSERT INTO clinic.appointments (staff_id, person_id, status, starts)
        VALUES (1, 1, 'booked', date_trunc('hour', now()) + interval '9 days'), (1, 1, 'over', now() - interval '9 days');
        """

    private static let offer = """
        INSERT INTO clinic.appointments (staff_id, guest_name, guest_email, status, starts)
        VALUES (1, 'New Guest', 'guest@example.org', 'requested', date_trunc('hour', now()) + interval '5 days')
        """
}
