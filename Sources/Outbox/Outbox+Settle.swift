package import Notifications
import Postgres

extension Outbox {
    /// Writes what became of claimed jobs, and which addresses are suppressed for it, in one statement and so in one
    /// commit.
    ///
    /// Returns the ids of the jobs it changed. One that is missing was settled late: its claim was over, and the letter
    /// may go out again.
    package func settle(_ settlements: [Settlement]) async throws -> Set<Int64> {
        guard !settlements.isEmpty else { return [] }
        let rows = try await connection.query(Self.settleStatement(settlements))
        return try Set(rows.map { try $0.decode("job_id", as: Int64.self) })
    }

    /// Gives back jobs that were claimed and not tried, each due again after its delay.
    ///
    /// Returns the ids of those that were still ours.
    package func release(_ releases: [(ticket: Ticket, delay: Duration)]) async throws -> Set<Int64> {
        guard !releases.isEmpty else { return [] }
        let rows = try await connection.query(
            Statement(
                "release", SQL.release,
                [
                    .int8Array(releases.map(\.ticket.jobID)), .int8Array(releases.map(\.ticket.claimNumber)),
                    .intervalArray(releases.map(\.delay)),
                ], prepared: true))
        return try Set(rows.map { try $0.decode("id", as: Int64.self) })
    }

    static func settleStatement(_ settlements: [Settlement]) -> Statement {
        Statement("settle", SQL.settle, columns(settlements), prepared: true)
    }

    /// The columns of `settle.sql`, in the order of its parameters.
    private static func columns(_ settlements: [Settlement]) -> [Parameter] {
        [
            .int8Array(settlements.map(\.ticket.jobID)),
            .int8Array(settlements.map(\.ticket.claimNumber)),
            .textArray(settlements.map(\.outcome.rawValue)),
            .boolArray(settlements.map { $0.next == .end }),
            .boolArray(settlements.map(\.burnsAttempt)),
            .intervalArray(settlements.map(\.next.delay)),
            .boolArray(settlements.map(\.leavesDoubt)),
            .textArray(settlements.map(\.reason)),
            .textArray(settlements.map(\.evidence.messageID)),
            .textArray(settlements.map(\.evidence.stage)),
            .int4Array(settlements.map { $0.evidence.code.map(Int32.init(clamping:)) }),
            .textArray(settlements.map(\.evidence.enhanced)),
            .textArray(settlements.map(\.evidence.reply)),
            .textArray(settlements.map(\.evidence.queueID)),
            .textArray(settlements.map(\.evidence.tls)),
            .boolArray(settlements.map { $0.next == .hold }),
            .textArray(settlements.map(\.unreachable?.text)),
            .boolArray(settlements.map { $0.unreachable?.ground == .full }),
        ]
    }
}

extension Settlement.Next {
    fileprivate var delay: Duration {
        switch self {
        case .end, .hold: .zero
        case .again(let delay): delay
        }
    }
}
