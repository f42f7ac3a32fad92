import Foundation
import Postgres
import Testing

@testable import Outbox

@Suite("What letters are about")
struct SubjectTests {
    @Test("every kind of subject has a generation, addresses, and an end")
    func everyKind() async throws {
        try await withHouse { house in
            let ids = try await house.everySubject()
            try await house.run("UPDATE booking.client SET link_gen = 4; UPDATE booking.provider SET link_gen = 6")
            let expected: [(String, gen: Int, addresses: String)] = [
                ("reservation", 1, "(zoe@example.org,zoe@example.org,amara@practice.example)"),
                ("signup_task", 4, "(zoe@example.org,zoe@example.org,zoe@example.org)"),
                ("client", 4, "(,zoe@example.org,)"),
                ("provider", 6, "(amara@practice.example,amara@practice.example,amara@practice.example)"),
                ("invitation", 6, "(li@example.org,,amara@practice.example)"),
                ("message_thread", 1, "(,zoe@example.org,amara@practice.example)"),
                ("address_change", 1, "(,,)"),
            ]
            for (kind, generation, addresses) in expected {
                let id = try #require(ids[kind])
                let parameters: [Parameter] = [.text(kind), .uuid(id)]
                #expect(
                    try await house.line("SELECT holdfast.subject_gen($1, $2)", parameters) == "(\(generation))",
                    "\(kind)")
                let read = try await house.line(
                    "SELECT holdfast.address_of($1, $2, 'invitee'), holdfast.address_of($1, $2, 'client'), holdfast.address_of($1, $2, 'provider')",
                    parameters)
                #expect(read == addresses, "\(kind)")
                #expect(try await house.line("SELECT holdfast.is_open($1, $2)", parameters) == "(t)", "\(kind)")
                let nobody: [Parameter] = [.text(kind), .uuid(UUID())]
                #expect(
                    try await house.line("SELECT holdfast.subject_gen($1, $2), holdfast.is_open($1, $2)", nobody)
                        == "(,f)", "\(kind)")
            }
        }
    }

    @Test("there is nothing to write about a subject of no kind, or one that is not there")
    func unknown() async throws {
        try await withHouse { (house: House) async throws in
            for kind in ["payor", "client", "invitation", "message_thread", "address_change", "provider", ""] {
                let enqueue = "SELECT holdfast.enqueue('security.notice', $1, gen_random_uuid())"
                #expect(try await house.refusalState(enqueue, [.text(kind)]) == "HF002", "\(kind)")
            }
        }
    }

    @Test(
        "a subject that has ended is over",
        arguments: [
            ("client", "UPDATE booking.client SET status = 'archived'"),
            ("invitation", "UPDATE booking.invitation SET withdrawn_at = holdfast.clock()"),
            ("message_thread", "UPDATE booking.message_thread SET unread_by_client_since = NULL"),
            ("address_change", "DELETE FROM booking.address_change"),
        ])
    func ends(kind: String, end: String) async throws {
        try await withHouse { house in
            let id = try #require(try await house.everySubject()[kind])
            try await house.run(end)
            #expect(try await house.line("SELECT holdfast.is_open($1, $2)", [.text(kind), .uuid(id)]) == "(f)")
        }
    }

    @Test("an invitation is over with its last link")
    func invitationEnds() async throws {
        try await withHouse { house in
            let id = try await house.invite()
            for (clock, isOpen) in [("2027-04-07 16:59:59+00", "(t)"), ("2027-04-07 17:00:00+00", "(f)")] {
                try await house.setClock(clock)
                #expect(try await house.line("SELECT holdfast.is_open('invitation', $1)", [.uuid(id)]) == isOpen)
            }
        }
    }

    @Test(
        "without the reference tables there is nothing to sweep and no subject; with some in their place, those are known"
    )
    func withoutBooking() async throws {
        try await withEmptyDatabase { _, connection in
            _ = try await Schema(connection).migrate(includingBooking: false) { _ in }
            #expect(
                try await Outbox(connection).sweeps().isDisjoint(with: [
                    .oweDigests, .eraseAddressChanges,
                ]))
            let kinds =
                "unnest(ARRAY['reservation', 'client', 'invitation', 'provider', 'message_thread', 'address_change']) AS k(kind)"
            let known = """
                SELECT array_agg(k.kind ORDER BY k.kind) FILTER (WHERE holdfast.subject_gen(k.kind, gen.id) IS NOT NULL
                  AND holdfast.is_open(k.kind, gen.id)) AS kinds
                FROM \(kinds), (SELECT '\(House.client)'::uuid AS id) AS gen
                """
            #expect(try await connection.query(known).first?.decodeIfPresent("kinds", as: String.self) == nil)
            try await connection.execute(
                """
                CREATE SCHEMA booking;
                CREATE VIEW booking.client AS SELECT '\(House.client)'::uuid AS id, 2 AS link_gen, 'active' AS status, 'z@example.org' AS email;
                """)
            let rows = try await connection.query("SELECT q::text AS line FROM (\(known)) AS q")
            #expect(try rows.first?.decode("line", as: String.self) == "({client})")
        }
    }

    @Test("the reference tables bring every sweep")
    func sweeps() async throws {
        try await withHouse { (house: House) async throws in
            #expect(try await house.outbox.sweeps() == Set(Sweep.allCases))
            for sweep in Sweep.allCases { #expect(try await house.outbox.sweep(sweep) == 0, "\(sweep)") }
        }
    }
}

extension House {
    /// A subject of every kind, each open.
    fileprivate func everySubject() async throws -> [String: UUID] {
        let client = try #require(UUID(uuidString: Self.client))
        let provider = try #require(UUID(uuidString: Self.provider))
        let change = try await insert(
            "booking.address_change",
            ["client_id": "'\(Self.client)'", "old_email": "'a@example.org'", "new_email": "'b@example.org'"])
        return [
            "reservation": try await appoint(), "signup_task": try await task(), "client": client, "provider": provider,
            "invitation": try await invite(),
            "message_thread": try await converse(["unread_by_client_since": "holdfast.clock()"]),
            "address_change": change,
        ]
    }
}
