import Foundation
import Postgres
import Testing

/// Invitations, conversations and links.
extension House {
    /// Inserts an invitation, with some columns changed; the values are SQL.
    @discardableResult
    func invite(_ changes: [String: String] = [:]) async throws -> UUID {
        let columns = [
            "provider_id": "'\(Self.provider)'", "name": "'Li Na'", "email": "'li@example.org'", "tz": "'Asia/Taipei'",
        ]
        return try await insert("booking.invitation", columns.merging(changes) { $1 })
    }

    /// Inserts the conversation of the client and the provider.
    @discardableResult
    func converse(_ changes: [String: String] = [:]) async throws -> UUID {
        let columns = ["client_id": "'\(Self.client)'", "provider_id": "'\(Self.provider)'"]
        return try await insert("booking.message_thread", columns.merging(changes) { $1 })
    }

    /// Issues a link as a claim would; its job need not exist.
    func link(_ purpose: String, of subject: String) async throws {
        try await run(
            """
            INSERT INTO holdfast.link (jti, job_id, subject_id, issued_at, expires_at, gen, max_uses, purpose, kid)
            VALUES (gen_random_uuid(), nextval('holdfast.job_id_seq'), '\(subject)', holdfast.clock(),
                    holdfast.clock() + interval '7 days', 1, 1, '\(purpose)', '\(Self.keyID)')
            """)
    }

    /// What is owed: kind, audience and args, in the order it was queued.
    func lettersOfPeople() async throws -> [String] {
        try await lines("SELECT kind, audience, args FROM holdfast.job ORDER BY id")
    }

    /// What was taken back and why, in the order of the jobs.
    func withdrawn() async throws -> [String] {
        try await lines("SELECT kind, reason FROM holdfast.history WHERE outcome = 'cancelled' ORDER BY job_id")
    }

    /// Updates the one client.
    func updateClient(_ change: String) async throws {
        try await run("UPDATE booking.client SET \(change) WHERE id = '\(Self.client)'")
    }

    /// The SQLSTATE a statement is refused with; nil when it is not.
    func refusalState(_ sql: String, _ parameters: [Parameter] = []) async throws -> String? {
        try await refusal(sql, parameters)?.sqlState?.rawValue
    }
}

/// Transactions that meet.
extension House {
    /// Does the first and the last statement in one transaction; what is to wait for it runs between them on a connection
    /// of its own, and then to its end.
    /// - Throws: what either is refused with: a deadlock ends one of them.
    func meeting(_ first: String, waits waiting: String, then last: String) async throws {
        try await withConnection { one in
            try await withConnection { two in
                try await one.execute("BEGIN; \(first)")
                let answer = Task { try await two.execute(waiting) }
                try await connection.awaitLockWaiters(1)
                try await one.execute("\(last); COMMIT")
                try await answer.value
            }
        }
    }
}
