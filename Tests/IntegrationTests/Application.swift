import Foundation
import TestSupport

/// What a practice's application writes, in plain SQL.
extension TestInstallation {
    /// The one provider, if it is not there yet: whose holds are too short for a nudge, and may be many; notices to providers are withheld by the tests' allow-list.
    private static let provider = """
        INSERT INTO booking.provider (display_name, email, tz, booking_slug, hold_for, most_holds)
        VALUES ('Dr. Siobhán Quinn', 'quinn@practice.example', 'Europe/Dublin', 'quinn', '23 hours', 1000000) ON CONFLICT DO NOTHING
        """

    /// Reserves a time for somebody, in a transaction that ends with `ending`; returns the reservation's id.
    @discardableResult
    func reserve(_ name: String, _ address: String, ending: String = "COMMIT", and more: String = "") async throws
        -> String
    {
        try await sql(
            """
            BEGIN;
            \(Self.provider);
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
            SELECT p.id, \(name.quoted), \(address.quoted), 'Europe/London', t, t + interval '50 minutes', 'virtual'
            FROM booking.provider p,
                 LATERAL (SELECT coalesce(max(ends_at), date_trunc('hour', now() + interval '5 days')) + interval '5 min' AS t
                          FROM booking.reservation) AS free
            RETURNING id;
            \(more);
            \(ending);
            """)
    }

    /// Reserves `count` times for guests of their own, in one transaction.
    ///
    /// - Parameter earlier: how many were reserved so before.
    func reserveMany(_ count: Int, after earlier: Int = 0, startingIn delay: String = "5 days") async throws {
        try await sql(
            """
            \(Self.provider);
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
            SELECT p.id, 'Visitor Number ' || i, 'visitor.' || i || '@example.org', 'Europe/London',
                   t, t + interval '50 minutes', 'virtual'
            FROM booking.provider p, generate_series(\(earlier + 1), \(earlier + count)) AS i,
                 LATERAL (SELECT date_trunc('hour', now()) + interval '\(delay)' + i * interval '1 hour' AS t) AS slot
            """)
    }

    /// Asks a new client to activate the portal; returns the client's id.
    func signUp(_ name: String, _ address: String) async throws -> String {
        try await sql(
            """
            BEGIN;
            INSERT INTO booking.client (display_name, email, tz)
            VALUES (\(name.quoted), \(address.quoted), 'Asia/Hong_Kong');
            INSERT INTO booking.signup_task (client_id, kind)
            SELECT id, 'activate_portal' FROM booking.client WHERE email = \(address.quoted);
            COMMIT;
            SELECT id FROM booking.client WHERE email = \(address.quoted);
            """)
    }

    /// What history says of letters to visitors and clients, the oldest first.
    func history() async throws -> [HistoryRow] {
        try await rows("SELECT * FROM holdfast.history WHERE audience <> 'provider' ORDER BY at, job_id, claim_no")
    }

    /// What is still owed.
    func jobs() async throws -> [JobRow] {
        try await rows(
            "SELECT *, extract(epoch FROM run_at - now()) AS due_in FROM holdfast.job WHERE audience <> 'provider' ORDER BY id"
        )
    }

    /// The rows of a query.
    func rows<Row: Decodable>(_ query: String) async throws -> [Row] {
        let json = try await sql("SELECT coalesce(json_agg(r), '[]') FROM (\(query)) AS r")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Row].self, from: Data(json.utf8))
    }

    /// Makes waiting jobs due now, and wakes the workers.
    func hurry(_ condition: String = "true") async throws {
        try await sql(
            "UPDATE holdfast.job SET run_at = now() WHERE state = 'ready' AND \(condition); NOTIFY holdfast_wake, 'mail'"
        )
    }

    /// Ends every database connection of the workers, from the server's side.
    func tearDownConnections() async throws {
        try await sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'holdfast %'
            """)
    }

    /// Waits until nothing is owed any more.
    func settleEverything(within seconds: Double = 90) async throws {
        try await eventually("every job was settled", within: seconds) {
            try await sql("SELECT count(*) FROM holdfast.job") == "0"
        }
    }
}

/// A row of `holdfast.history`.
struct HistoryRow: Decodable {
    let jobId: Int
    let attempt: Int
    let final: Bool
    let outcome: String
    let reason: String?
    let messageId: String?
    let stage: String?
    let code: Int?
    let enhanced: String?
    let reply: String?
    let tls: String?
}

/// A row of `holdfast.job`.
struct JobRow: Decodable {
    let state: String
    let attempts: Int
    let dueIn: Double
    let inDoubtAt: String?
    let datedAt: String?
}

extension String {
    /// As an SQL literal.
    var quoted: String { "'\(replacing("'", with: "''"))'" }
}
