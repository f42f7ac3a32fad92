import Foundation
import TestSupport

/// A practice with letters that its support desk is asked about.
extension TestInstallation {
    /// Reserves a time for each of these, in this order; returns the reservations' ids.
    @discardableResult
    func reserve(_ addresses: String...) async throws -> [String] { try await reserve(addresses) }

    /// The same.
    @discardableResult
    func reserve(_ addresses: [String]) async throws -> [String] {
        let rows = addresses.enumerated().map { "(\($0.offset), '\($0.element)')" }.joined(separator: ", ")
        let ids = try await sql(
            """
            INSERT INTO booking.provider (display_name, email, tz, booking_slug, hold_for, most_holds)
            VALUES ('Dr. Siobhán Quinn', 'quinn@practice.example', 'Europe/Dublin', 'quinn', '23 hours', 1000000)
            ON CONFLICT DO NOTHING;
            WITH slot AS (
              SELECT coalesce(max(ends_at), date_trunc('hour', now() + interval '5 days')) AS free FROM booking.reservation)
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
            SELECT p.id, 'Visitor', v.address, 'Europe/London', slot.free + v.n * interval '1 hour',
                   slot.free + v.n * interval '1 hour' + interval '50 minutes', 'virtual'
            FROM booking.provider p, slot, (VALUES \(rows)) AS v (n, address) ORDER BY v.n RETURNING id
            """)
        return ids.split(separator: "\n").map(String.init)
    }

    /// Reserves a time for so many, whose first letters a relay has refused; returns the numbers of those.
    @discardableResult
    func failLetters(_ count: Int, _ code: Int = 550, _ enhanced: String = "5.7.1") async throws -> [Int] {
        try await reserve((1...count).map { "visitor.\($0)@example.org" })
        let jobs = try await sql(
            """
            WITH gone AS (DELETE FROM holdfast.job WHERE audience = 'invitee' RETURNING *)
            INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind,
                                          audience, args, stage, code, enhanced, reply)
            SELECT id, 1, subject_id, 1, subject_gen, true, 'failed', kind, subject_kind,
                   audience, args, 'rcpt', \(code), '\(enhanced)', '\(code) \(enhanced) refused'
            FROM gone ORDER BY id RETURNING job_id
            """)
        // The provider would be told of each.
        try await sql("DELETE FROM holdfast.job")
        return jobs.split(separator: "\n").compactMap { Int($0) }
    }

    /// How many rows there are.
    func count(_ rows: String) async throws -> Int { Int(try await sql("SELECT count(*) FROM \(rows)")) ?? -1 }

    /// The number of the only letter that is owed.
    func onlyJob() async throws -> String { try await sql("SELECT id FROM holdfast.job") }

    /// Everything an operator's action could change.
    func everything() async throws -> String {
        let tables = ["job", "history", "audit", "link", "dedupe", "told", "allowance", "suppression"]
        let queries = tables.map { "SELECT '\($0) ' || t::text AS line FROM holdfast.\($0) AS t" }
        let all = queries + ["SELECT r::text FROM booking.reservation AS r"]
        return try await sql(all.joined(separator: " UNION ALL ") + " ORDER BY 1")
    }
}

extension CommandResult {
    /// Standard output as lines.
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// Standard output as one paragraph: what was broken between words is whole.
    var words: String { output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// The value that standard output holds as JSON.
    func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: stdout)
    }
}
