import Foundation
import Notifications
import Postgres
import Testing

/// Letters owed without a trigger, and the people they are about.
extension House {
    /// Owes one letter as `holdfast.enqueue` would; the arguments are JSON.
    @discardableResult
    func oweLetter(
        _ kind: String, about subject: UUID, _ subjectKind: String = "reservation", to audience: String,
        args: String = "{}", generation: Int? = nil
    ) async throws -> Int64 {
        let rows = try await connection.query(
            """
            INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind,
              audience, args)
            SELECT holdfast.clock(), holdfast.clock() + lifetime, $2::uuid, coalesce($6::int,
              (SELECT link_gen FROM booking.reservation WHERE id = $2::uuid), 1), priority, queue, name, $3, $4,
              $5::text::jsonb FROM holdfast.kind WHERE name = $1 RETURNING id
            """,
            [
                .text(kind), .uuid(subject), .text(subjectKind), .text(audience), .text(args),
                generation.map { .int4(Int32($0)) } ?? .null,
            ])
        return try #require(rows.first).decode("id")
    }

    /// Owes one letter and claims it; what else is owed, as by a trigger, is forgotten first.
    func claimLetter(
        _ kind: String, about subject: UUID, _ subjectKind: String = "reservation", to audience: String,
        args: String = "{}"
    ) async throws -> Claim {
        try await clearQueue()
        let id = try await oweLetter(kind, about: subject, subjectKind, to: audience, args: args)
        let claims = try await claim(kinds: [kind])
        return try #require(claims.first { $0.job.ticket.jobID == id })
    }

    /// Says that another letter told somebody of a subject.
    func tell(_ audience: String, of subject: UUID, digest: String? = nil, job: Int64 = 900, at: String = "now()")
        async throws
    {
        try await connection.query(
            """
            INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest, at)
            VALUES ($1, $2, $3, 'reservation', 'reservation.confirm', 0,
              coalesce($4, holdfast.digest_of('reservation', $1)), \(at))
            """, [.uuid(subject), .text(audience), .int8(job), digest.map { .text($0) } ?? .null])
    }

    /// Inserts an invitation.
    func inviteGuest() async throws -> UUID {
        let rows = try await connection.query(
            """
            INSERT INTO booking.invitation (provider_id, name, email, tz, locale)
            VALUES ('\(Self.provider)', 'Ngũgĩ wa Thiong’o', 'ngugi@example.org', 'Africa/Nairobi', 'en-KE') RETURNING id
            """)
        return try #require(rows.first).decode("id")
    }

    /// Inserts a conversation that only one side has yet to read.
    func write() async throws -> UUID {
        let rows = try await connection.query(
            """
            INSERT INTO booking.message_thread (client_id, provider_id, unread_by_client_since)
            VALUES ('\(Self.client)', '\(Self.provider)', holdfast.clock()) RETURNING id
            """)
        return try #require(rows.first).decode("id")
    }

    /// Inserts an address that changed, of the client or of the provider.
    func changeAddress(of column: String = "client_id", _ person: String = client) async throws -> UUID {
        let rows = try await connection.query(
            """
            INSERT INTO booking.address_change (\(column), old_email, new_email, at)
            VALUES ('\(person)', 'old@example.org', 'new@example.org', '2027-03-01 16:30:00+00') RETURNING id
            """)
        return try #require(rows.first).decode("id")
    }
}
