import Foundation
import TestSupport

/// What became of every letter of an ordeal: what the database says, and what the relay counted.
struct Tally: Decodable {
    /// Letters the application committed.
    let committed: Int
    /// Letters with exactly one final word.
    let ended: Int
    /// Letters that ended as sent.
    let sent: Int
    /// Times that nobody knew whether a letter was taken.
    let unknown: Int
    /// Times that a lost worker's letter was put back.
    let rescued: Int
    let poison: Int
    /// The most attempts that any one letter was charged.
    let attempts: Int
    /// Letters that ended as sent and never came to the relay.
    private(set) var lost = 0
    /// Copies beyond the first that came to the relay.
    private(set) var duplicates = 0

    private enum CodingKeys: String, CodingKey {
        case committed, ended, sent, unknown, rescued, poison, attempts
    }

    /// Counts; every letter must have been settled.
    static func count(_ site: TestInstallation, _ server: SMTPServer) async throws -> Tally {
        let rows: [Tally] = try await site.rows(
            """
            SELECT count(*) AS committed, count(*) FILTER (WHERE ends = 1) AS ended, count(*) FILTER (WHERE sent) AS sent,
                   coalesce(sum(unknown), 0) AS unknown, coalesce(sum(rescued), 0) AS rescued,
                   coalesce(sum(poison), 0) AS poison, coalesce(max(attempts), 0) AS attempts
            FROM (SELECT j.id AS job_id, 0 AS ends, false AS sent, 0 AS unknown, 0 AS rescued, 0 AS poison, 0 AS attempts
                  FROM holdfast.job j
                  UNION ALL
                  SELECT h.job_id, count(*) FILTER (WHERE h.final), bool_or(h.final AND h.outcome = 'sent'),
                         count(*) FILTER (WHERE h.outcome = 'unknown' AND h.stage IS NOT NULL),
                         count(*) FILTER (WHERE h.reason = 'worker lost'),
                         count(*) FILTER (WHERE h.outcome = 'poison'), max(h.attempt)
                  FROM holdfast.history h GROUP BY h.job_id) AS letter
            """)
        guard var tally = rows.first else { throw TestSupportError("the history cannot be counted") }
        let said = try await site.sql(
            "SELECT DISTINCT split_part(trim(message_id, '<>'), '.', 1) FROM holdfast.history WHERE outcome = 'sent'")
        try await server.catchUp()
        let came = server.messageIDs.map { $0.prefix { $0 != "." } }
        tally.lost = Set(said.split(separator: "\n")).subtracting(came).count
        tally.duplicates = came.count - Set(came).count
        return tally
    }

    /// The columns of `row`.
    static let heading =
        "ordeal                          rounds  committed  ended   sent   lost  duplicates (may)  unknown  rescued  poison  seconds"

    /// A line of the table.
    func row(_ name: String, rounds: Int, mayDouble: Int, seconds: Double) -> String {
        let columns = [
            (rounds, 8), (committed, 11), (ended, 7), (sent, 7), (lost, 7), (duplicates, 12), (mayDouble, 6),
            (unknown, 9), (rescued, 9), (poison, 8), (Int(seconds.rounded()), 9),
        ]
        return columns.reduce(name.padding(toLength: 30, withPad: " ", startingAt: 0)) { line, column in
            line + String(repeating: " ", count: max(1, column.1 - "\(column.0)".count)) + "\(column.0)"
        }
    }
}
