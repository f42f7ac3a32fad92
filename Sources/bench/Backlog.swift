import Foundation
import Postgres

/// A database of its own with as many reservations as letters are wanted, and the worker that sends them.
struct Backlog {
    private let plan: Plan
    private let connection: Connection
    private let environment: [String: String]

    init(plan: Plan, relayPort: Int) async throws {
        self.plan = plan
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "holdfast-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        environment = [
            "HOLDFAST_DATABASE_URL": plan.databaseURL, "HOLDFAST_SMTP_URL": "smtp://127.0.0.1:\(relayPort)",
            "HOLDFAST_ENVIRONMENT": "bench", "HOLDFAST_ONLY_TO": "example.org",
            "HOLDFAST_FROM": "Practice <bookings@example.org>",
            "HOLDFAST_LINK_BASE_URL": "https://book.example.org", "HOLDFAST_PORTAL_URL": "https://portal.example.org",
            "HOLDFAST_SUPPORT_URL": "https://help.example.org",
            "HOLDFAST_LINK_KEY_FILE": folder.appendingPathComponent("link.key").path,
            "HOLDFAST_TEMPLATES": plan.templates, "HOLDFAST_SESSIONS": "\(plan.sessions)",
            "HOLDFAST_LOG_LEVEL": "warning",
        ]
        connection = try await Connection.open(ConnectionSettings(url: plan.databaseURL, applicationName: "bench"))
        try holdfast("migrate", "--json")
        try holdfast("links", "keys", "new", "--kid", "bench", "--out", environment["HOLDFAST_LINK_KEY_FILE"] ?? "")
        try holdfast("links", "keys", "activate", "bench")
        try await connection.execute(Self.providers)
    }

    /// How large one letter is on the wire, as the worker itself writes it.
    func letterSize() async throws -> Int {
        try await insert(1)
        let scout = try Scout()
        var environment = environment
        environment["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:\(scout.port)"
        let worker = try Child.start(plan.holdfast, ["worker", "--drain"], environment: environment)
        let size = try scout.receive()
        worker.waitUntilExit()
        return size
    }

    /// Owes the letters.
    func fill() async throws {
        try await insert(plan.letters)
        try await connection.execute("VACUUM (ANALYZE) holdfast.job, booking.reservation, holdfast.link")
    }

    /// Sends them all.
    func drain() throws {
        try holdfast("worker", "--drain")
    }

    /// Every letter was sent, once.
    func check() async throws {
        let rows = try await connection.query(
            """
            SELECT (SELECT count(*) FROM holdfast.job) AS owed,
                   (SELECT count(*) FROM holdfast.history WHERE outcome = 'sent' AND final) AS sent,
                   (SELECT count(*) FROM booking.reservation) AS reserved
            """)
        guard let row = rows.first, try row.decode("owed", as: Int.self) == 0,
            try row.decode("sent", as: Int.self) == row.decode("reserved", as: Int.self)
        else { throw BenchError("the backlog was not sent whole") }
    }

    private func holdfast(_ arguments: String...) throws {
        try Child.run(plan.holdfast, arguments, environment: environment)
    }

    private func insert(_ letters: Int) async throws {
        // Slots of one hour, a thousand providers side by side, behind all that was reserved before.
        _ = try await connection.query(
            """
            INSERT INTO booking.reservation
              (provider_id, starts_at, ends_at, place, invitee_name, invitee_email, invitee_tz)
            SELECT md5((i % 1000)::text)::uuid, slot.at, slot.at + interval '50 minutes', 'virtual', 'Ana Martínez',
                   'client' || i || '.' || pg_current_xact_id() || '@example.org', 'America/Los_Angeles'
            FROM generate_series(1, $1::int) AS i,
                 LATERAL (SELECT coalesce((SELECT max(starts_at) FROM booking.reservation), now() + interval '2 days')
                                 + (1 + i / 1000) * interval '1 hour' AS at) AS slot
            """,
            [.int4(Int32(clamping: letters))], timeout: .seconds(120))
    }

    private static let providers = """
        INSERT INTO booking.provider (id, display_name, email, tz, booking_slug, hold_for, most_holds)
        SELECT md5(i::text)::uuid, 'Dr. Amara Lindqvist', 'provider' || i || '@example.org', 'America/Los_Angeles',
               'provider-' || i, interval '23 hours', 1000000
        FROM generate_series(0, 999) AS i
        """
}
