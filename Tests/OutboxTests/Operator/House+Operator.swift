import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

/// An operator at work.
extension House {
    var owedJobs: OwedJobs { OwedJobs(connection) }

    /// Mel, who has a reason.
    static func note(_ requestID: String? = nil) throws -> OperatorNote {
        try OperatorNote(operatorName: "mel", reason: "asked on the phone", requestID: requestID)
    }

    /// Lets every letter that is due leave; returns their numbers.
    @discardableResult
    func deliver(_ outcome: Outcome = .sent, code: Int? = nil, enhanced: String? = nil) async throws -> [Int64] {
        let claims = try await claim()
        var evidence = Settlement.Evidence()
        (evidence.code, evidence.enhanced, evidence.stage) = (code, enhanced, "dot")
        _ = try await outbox.settle(
            claims.map { claim in
                var own = evidence
                own.messageID = "\(claim.job.messageUUID.uuidString.lowercased()).abcdefghij@practice.example"
                own.queueID = "Q\(claim.job.ticket.jobID)X"
                return Settlement(claim.job.ticket, outcome, burnsAttempt: true, evidence: own)
            })
        return claims.map(\.job.ticket.jobID).sorted()
    }

    /// Lets one letter end, whatever became of it before.
    func deliver(_ outcome: Outcome, of job: Int64) async throws {
        try await run(
            """
            INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, args)
            SELECT \(job), 1, subject_id, 1, gen, true, '\(outcome.rawValue)', kind, subject_kind, audience, args
            FROM holdfast.letter_of(\(job));
            DELETE FROM holdfast.job WHERE id = \(job)
            """)
    }

    /// The numbers of the two letters that tell of a changed address.
    func addressNotices() async throws -> (old: Int64, new: Int64) {
        _ = try await changeAddress()
        let ids = try await connection.query(
            "SELECT id FROM holdfast.job WHERE kind = 'security.notice' ORDER BY args ->> 'to' DESC"
        ).map { try $0.decode("id", as: Int64.self) }
        try #require(ids.count == 2)
        return (ids[0], ids[1])
    }

    /// Everything an operator's action could change, as text.
    func everythingOfOperators() async throws -> String {
        let tables = ["audit", "allowance", "dedupe", "told", "pause"]
        let queries = tables.map { "SELECT '\($0)' || t::text AS line FROM holdfast.\($0) AS t" }
        return try await everything()
            + lines(queries.joined(separator: " UNION ALL ") + " ORDER BY 1").joined(separator: "\n")
    }

    /// The number of the newest letter of a kind that has left.
    func delivered(_ kind: String, to audience: String? = nil) async throws -> Int64 {
        try await number(
            """
            SELECT max(job_id) AS id FROM holdfast.history WHERE kind = $1 AND audience = coalesce($2, audience)
            """, [.text(kind), audience.map { .text($0) } ?? .null])
    }

    /// Runs `body` on a connection of its own while the statement's transaction is open, commits once it waits, and
    /// returns what came of it.
    func `while`<Value: Sendable>(
        _ statement: String, _ body: @escaping @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await withConnection { one in
            try await withConnection { two in
                try await one.execute("BEGIN; \(statement)")
                let answer = Task { try await body(two) }
                try await connection.awaitLockWaiters(1)
                try await one.execute("COMMIT")
                return try await answer.value
            }
        }
    }
}
