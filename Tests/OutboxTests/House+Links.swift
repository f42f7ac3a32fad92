import Foundation
import Postgres
import Testing

/// Links without letters, and what is done with them.
extension House {
    /// Issues a link; `expires` is SQL.
    func link(
        _ purpose: String, to subject: String, generation: Int32 = 1,
        expires: String = "holdfast.clock() + interval '30 days'",
        maxUses: Int32? = nil, kind: String? = nil
    ) async throws -> UUID {
        let rows = try await connection.query(
            """
            INSERT INTO holdfast.link (jti, job_id, purpose, subject_id, gen, kid, issued_at, expires_at, max_uses, kind)
            VALUES (gen_random_uuid(), nextval('holdfast.job_id_seq'), $1::text, $2::text::uuid, $3::int, '\(Self.keyID)',
              '-infinity', \(expires), $4::int, $5::text)
            RETURNING jti
            """,
            [
                .text(purpose), .text(subject), .int4(generation), maxUses.map { .int4($0) } ?? .null,
                kind.map { .text($0) } ?? .null,
            ])
        return try #require(try rows.first?.decode("jti", as: UUID.self))
    }

    /// A hold, and the link that confirms it.
    func heldTime(_ changes: [String: String] = [:]) async throws -> (id: UUID, link: UUID) {
        let id = try await reserve(changes)
        return (id, try await link("rsv", to: "\(id)", expires: holdEnd(of: id), maxUses: 1))
    }

    /// An appointment, and the link that cancels or moves it.
    func bookedTime(_ changes: [String: String] = [:]) async throws -> (id: UUID, link: UUID) {
        let id = try await appoint(changes)
        return (
            id,
            try await link(
                "appt", to: "\(id)", expires: "(SELECT starts_at FROM booking.reservation WHERE id = '\(id)')")
        )
    }

    /// An invitation, and the link that books by it.
    func invitedGuest() async throws -> (id: UUID, link: UUID) {
        let rows = try await connection.query(
            """
            INSERT INTO booking.invitation (provider_id, name, email, tz)
            VALUES ('\(Self.provider)', 'Ngozi Okafor', 'ngozi@example.org', 'Africa/Lagos') RETURNING id
            """)
        let id = try #require(try rows.first?.decode("id", as: UUID.self))
        return (id, try await link("inv", to: "\(id)", maxUses: 1))
    }

    /// What `holdfast.redeem` answers; `arguments` follow the link's id.
    func redeem(_ link: UUID, _ arguments: String) async throws -> String {
        try await connection.redeem(link, arguments)
    }

    /// What `holdfast.link_state` answers.
    func state(of link: UUID) async throws -> String {
        let rows = try await connection.query("SELECT state FROM holdfast.link_state($1::uuid)", [.uuid(link)])
        return try #require(try rows.first?.decode("state", as: String.self))
    }

    /// Everything that a redemption could change, as text.
    func everything() async throws -> String {
        let tables = [
            "booking.reservation", "booking.client", "booking.invitation", "booking.signup_task", "holdfast.link",
            "holdfast.suppression",
            "holdfast.job", "holdfast.history",
        ]
        let queries = tables.map { "SELECT '\($0)' || t::text AS line FROM \($0) AS t" }
        return try await connection.query(queries.joined(separator: " UNION ALL ") + " ORDER BY 1").map {
            try $0.decode("line", as: String.self)
        }.joined(separator: "\n")
    }

    private func holdEnd(of id: UUID) -> String {
        "(SELECT hold_expires_at FROM booking.reservation WHERE id = '\(id)')"
    }
}

extension Connection {
    /// What `holdfast.redeem` answers; `arguments` follow the link's id.
    func redeem(_ link: UUID, _ arguments: String) async throws -> String {
        let rows = try await query("SELECT outcome FROM holdfast.redeem($1::uuid, \(arguments))", [.uuid(link)])
        return try #require(try rows.first?.decode("outcome", as: String.self))
    }
}
