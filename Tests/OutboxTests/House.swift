import Foundation
import Notifications
import Outbox
import Postgres
import TestSupport

/// A database with the whole schema, one active key, one provider and one client, at a time that stands still.
///
/// The clock says Monday 2027-03-01 17:00 UTC, which is 9 o'clock in the morning where the client lives.
struct House: Sendable {
    /// The database's address, for connections beside the first.
    let url: String
    let connection: Connection
    /// Has a lease of an hour.
    let worker = WorkerID()

    static let provider = "00000000-0000-4000-8000-00000000000a"
    static let client = "00000000-0000-4000-8000-00000000000c"
    static let keyID = "2027-03a"
    static let kinds = Kind.all.map(\.name)

    var outbox: Outbox { Outbox(connection) }
    var keys: SigningKeys { SigningKeys(connection) }

    static let template = Task {
        try await makeTemplate("outbox_tests") { url in
            try await lendConnection(to: url) { try await furnish($0) }
        }
    }

    /// Fills an empty database.
    static func furnish(_ connection: Connection) async throws {
        _ = try await Schema(connection).migrate(includingBooking: true) { _ in }
        try await SigningKeys(connection).add(keyID, publicKey: Array(repeating: 7, count: 32), operator: "test")
        _ = try await SigningKeys(connection).activate(keyID, operator: "test")
        try await connection.execute(
            """
            \(clock(at: "2027-03-01 17:00:00+00"));
            INSERT INTO booking.provider (id, display_name, email, tz, booking_slug)
            VALUES ('\(provider)', 'Dr. Amara Lindqvist', 'amara@practice.example', 'America/New_York', 'amara');
            INSERT INTO booking.client (id, display_name, email, tz)
            VALUES ('\(client)', 'Zoë O''Neil', 'zoe@example.org', 'America/Los_Angeles');
            """)
    }

    /// The statement that makes the database believe it is another time.
    static func clock(at instant: String) -> String {
        """
        CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz LANGUAGE sql STABLE
        AS 'SELECT timestamptz ''\(instant)'''
        """
    }

    /// Moves the database's clock.
    func setClock(_ instant: String) async throws {
        try await run(Self.clock(at: instant))
    }

    /// Runs a script.
    func run(_ sql: String) async throws {
        try await connection.execute(sql)
    }

    /// The rows of a query, each as PostgreSQL writes a composite value: `(sent,1,)`.
    func lines(_ sql: String, _ parameters: [Parameter] = []) async throws -> [String] {
        try await connection.query("SELECT q::text AS line FROM (\(sql)) AS q", parameters).map {
            try $0.decode("line")
        }
    }

    /// The one row of a query, as `lines` writes it.
    func line(_ sql: String, _ parameters: [Parameter] = []) async throws -> String? {
        try await lines(sql, parameters).first
    }

    /// The number a query answers.
    func count(_ sql: String) async throws -> Int {
        let rows = try await connection.query("SELECT count(*) AS found FROM \(sql)")
        return try rows.first?.decode("found") ?? 0
    }

    /// The error a statement is refused with, or nil.
    func refusal(_ sql: String, _ parameters: [Parameter] = []) async throws -> PostgresError? {
        do {
            try await connection.query(sql, parameters)
            return nil
        } catch let error as PostgresError {
            return error
        }
    }

    /// Lends a second connection.
    func withConnection<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        try await lendConnection(to: url, body)
    }

    /// Gives claims back, due again after a delay.
    func release(_ tickets: [Ticket], delay: Duration = .zero) async throws -> Set<Int64> {
        try await outbox.release(tickets.map { ($0, delay) })
    }

    /// Claims with this house's worker.
    func claim(
        _ limit: Int = 100, worker: WorkerID? = nil, queues: [String] = ["mail"], kinds: [String] = kinds,
        leastUrgentFirst: Bool = false, ofSuspect: Bool = false
    ) async throws -> [Claim] {
        try await outbox.claim(
            ClaimRequest(
                worker: worker ?? self.worker, queues: queues, kinds: kinds, limit: limit, sendingTime: .seconds(60),
                leastUrgentFirst: leastUrgentFirst, ofSuspect: ofSuspect))
    }
}

/// Lends a connection and closes it.
func lendConnection<Value>(to url: String, _ body: (Connection) async throws -> Value) async throws -> Value {
    let connection = try await Connection.open(ConnectionSettings(url: url))
    let result: Result<Value, any Error>
    do { result = .success(try await body(connection)) } catch { result = .failure(error) }
    await connection.close()
    return try result.get()
}

/// Lets only so many tests have a database at once: each takes server processes, and the server has an end of them.
private actor Turnstile {
    static let shared = Turnstile(12)
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) {
        self.free = free
    }

    func enter() async {
        if free > 0 { return free -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Lends a fresh house to a test.
func withHouse(_ body: (House) async throws -> Void) async throws {
    try await House.template.value
    await Turnstile.shared.enter()
    do {
        try await withDatabase(template: "outbox_tests") { url in
            try await lendConnection(to: url) { connection in
                let house = House(url: url, connection: connection)
                try await house.outbox.register(house.worker, lease: .seconds(3600), info: "{}")
                try await body(house)
            }
        }
    } catch {
        await Turnstile.shared.leave()
        throw error
    }
    await Turnstile.shared.leave()
}

/// Lends an empty database to a test.
func withEmptyDatabase(_ body: (String, Connection) async throws -> Void) async throws {
    await Turnstile.shared.enter()
    do {
        try await withDatabase { url in
            try await lendConnection(to: url) { try await body(url, $0) }
        }
    } catch {
        await Turnstile.shared.leave()
        throw error
    }
    await Turnstile.shared.leave()
}
