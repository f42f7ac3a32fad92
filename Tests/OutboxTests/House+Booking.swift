import Foundation
import Notifications
import Outbox
import Postgres
import Testing

/// What the application writes.
extension House {
    /// Inserts a hold for a week from now, with some columns changed; the values are SQL.
    @discardableResult
    func reserve(_ changes: [String: String] = [:]) async throws -> UUID {
        let starts = changes["starts_at"] ?? "'2027-03-08 18:00:00+00'"
        var columns = [
            "provider_id": "'\(Self.provider)'", "starts_at": starts,
            "ends_at": "\(starts)::timestamptz + interval '50 minutes'",
            "place": "'virtual'", "invitee_name": "'Zoë O''Neil'", "invitee_email": "'zoe@example.org'",
            "invitee_tz": "'America/Los_Angeles'",
        ]
        columns.merge(changes) { $1 }
        return try await insert("booking.reservation", columns)
    }

    /// Inserts an appointment that the client has taken.
    @discardableResult
    func appoint(_ changes: [String: String] = [:]) async throws -> UUID {
        try await reserve(["state": "'confirmed'", "client_id": "'\(Self.client)'"].merging(changes) { $1 })
    }

    /// Inserts a task of the client, owed as the house's clock stands.
    @discardableResult
    func task(_ changes: [String: String] = [:]) async throws -> UUID {
        let columns = ["client_id": "'\(Self.client)'", "kind": "'activate_portal'", "created_at": "holdfast.clock()"]
        return try await insert("booking.signup_task", columns.merging(changes) { $1 })
    }

    /// Inserts a row and returns its id; the values are SQL.
    func insert(_ table: String, _ values: [String: String]) async throws -> UUID {
        let pairs = values.sorted { $0.key < $1.key }
        let columns = pairs.map(\.key).joined(separator: ", ")
        let expressions = pairs.map(\.value).joined(separator: ", ")
        let rows = try await connection.query(
            "INSERT INTO \(table) (\(columns)) VALUES (\(expressions)) RETURNING id"
        )
        return try #require(try rows.first?.decode("id", as: UUID.self))
    }

    /// Owes letters about one subject without going through triggers, all due now unless said otherwise.
    func owe(
        _ number: Int, about subject: UUID, kind: String = "reservation.confirm", subjectKind: String = "reservation",
        queue: String = "mail",
        priority: Int = 0, runAt: String = "holdfast.clock()", state: String = "ready"
    ) async throws {
        try await run(
            """
            INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind,
              subject_kind, audience, state)
            SELECT \(runAt), \(runAt) + interval '2 days', '\(subject)', 1, \(priority), '\(queue)', '\(kind)',
              '\(subjectKind)',
                   'invitee', '\(state)'
            FROM generate_series(1, \(number)) AS i
            """)
    }

    /// Ends the letters that are owed, so that a test begins with an empty queue.
    func clearQueue() async throws {
        try await run("DELETE FROM holdfast.job; DELETE FROM holdfast.dedupe; DELETE FROM holdfast.history")
    }

    /// Claims the one letter that is due, of a hold or of a task unless said otherwise.
    func claimOne(kinds: [String] = ["reservation.confirm", "portal.activate"]) async throws -> Claim {
        let claims = try await claim(kinds: kinds)
        try #require(claims.count == 1)
        return claims[0]
    }

    /// The letters that are owed, the next first: what, to whom, of which generation, when and until when.
    func letters() async throws -> [String] {
        try await connection.query(
            """
            SELECT concat_ws(' ', kind, args ->> 'hours', audience, subject_gen, to_char(run_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS'),
                             to_char(expires_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI')) AS letter
            FROM holdfast.job ORDER BY run_at, kind
            """
        ).map { try $0.decode("letter") }
    }

    /// The jobs that are owed: kind, generation and time, in the order of their times.
    func owed() async throws -> [String] {
        try await lines("SELECT kind, subject_gen, run_at::text FROM holdfast.job ORDER BY run_at, id")
    }
}

/// Lends a house that has a reservation, and a queue that is empty all the same.
func withReservation(_ body: (House, UUID) async throws -> Void) async throws {
    try await withHouse { house in
        let id = try await house.reserve()
        try await house.clearQueue()
        try await body(house, id)
    }
}

extension Claim {
    /// The reservation it is about.
    var reservation: ReservationFacts? {
        if case .reservation(let facts) = facts { facts } else { nil }
    }

    /// The task it is about.
    var signupTask: SignupTaskFacts? {
        if case .signupTask(let facts) = facts { facts } else { nil }
    }
}
