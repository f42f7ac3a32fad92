import Foundation
import Postgres
import Testing

@testable import Outbox

@Suite("Holds that lapse")
struct HoldSweepTests {
    private static let states = "SELECT state FROM booking.reservation ORDER BY starts_at"

    @Test("a hold ends when its time is over and not a second before, and its provider is told")
    func expires() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            try await house.setClock("2027-03-04 16:59:59+00")
            #expect(try await house.sweep() == 0)
            try await house.setClock("2027-03-04 17:00:00+00")
            #expect(try await house.sweep() == 1)
            #expect(try await house.lines(Self.states) == ["(expired)"])
            #expect(try await house.letters() == ["provider.hold_expired provider 2 03-04 17:00:00 03-05 17:00"])
            #expect(try await house.sweep() == 0)
        }
    }

    @Test("an appointment does not lapse")
    func appointmentStays() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(
                LifeStep.appointment.merging(["hold_expires_at": "'2027-03-01 16:00:00+00'"]) { $1 })
            #expect(try await house.sweep() == 0)
            #expect(try await house.lines(Self.states) == ["(confirmed)"])
        }
    }

    @Test("a sweep ends so many and no more, those first that lapsed first")
    func most() async throws {
        try await withLapsedHolds(5) { (house: House) async throws in
            #expect(try await house.sweep(2) == 2)
            #expect(
                try await house.lines(Self.states) == ["(pending)", "(pending)", "(pending)", "(expired)", "(expired)"])
            #expect(try await house.sweep(200) == 3)
        }
    }

    @Test("any number of workers sweep at once: each hold ends once, and its provider is told once")
    func manyWorkers() async throws {
        try await withLapsedHolds(40) { (house: House) async throws in
            let expired = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...6 {
                    group.addTask {
                        try await house.withConnection { connection in
                            var all = 0
                            for _ in 1...8 { all += try await connection.sweep(7) }
                            return all
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(expired == 40)
            #expect(try await house.count("holdfast.job WHERE kind = 'provider.hold_expired'") == 40)
            #expect(try await house.count("holdfast.job") == 40)
        }
    }

    @Test("a hold that is being taken this moment is left alone, and the others end")
    func passesOverTheTaken() async throws {
        try await withLapsedHolds(2) { (house: House) async throws in
            try await house.withConnection { other in
                try await other.execute(
                    """
                    BEGIN; UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)', changed_by = 'client'
                    WHERE starts_at = (SELECT min(starts_at) FROM booking.reservation)
                    """)
                #expect(try await house.sweep() == 1)
                try await other.execute("COMMIT")
            }
            #expect(try await house.sweep() == 0)
            #expect(try await house.lines(Self.states) == ["(confirmed)", "(expired)"])
        }
    }

    @Test("whoever takes the time of a hold that a sweep is ending waits for it, and has the time")
    func competesWithTheSweep() async throws {
        try await withLapsedHolds(1) { (house: House) async throws in
            try await house.withConnection { sweeper in
                try await house.withConnection { other in
                    try await sweeper.execute("BEGIN")
                    #expect(try await sweeper.sweep() == 1)
                    let taker = House(url: house.url, connection: other)
                    let taking = Task { try await taker.reserve(["starts_at": "'2027-03-10 18:30:00+00'"]) }
                    try await house.connection.awaitLockWaiters(1)
                    try await sweeper.execute("COMMIT")
                    _ = try await taking.value
                }
            }
            #expect(try await house.lines(Self.states) == ["(expired)", "(pending)"])
            #expect(try await house.count("holdfast.job WHERE kind = 'provider.hold_expired'") == 1)
        }
    }

    @Test("a sweep passes over a hold whose time is being taken this moment, and the taker tells the provider")
    func competesBeforeTheSweep() async throws {
        try await withLapsedHolds(2) { (house: House) async throws in
            try await house.withConnection { other in
                try await other.execute("BEGIN")
                try await House(url: house.url, connection: other).reserve(["starts_at": "'2027-03-10 18:30:00+00'"])
                #expect(try await house.sweep() == 1)
                try await other.execute("COMMIT")
            }
            #expect(try await house.lines(Self.states) == ["(expired)", "(pending)", "(expired)"])
            #expect(try await house.count("holdfast.job WHERE kind = 'provider.hold_expired'") == 2)
        }
    }

    @Test("a sweep waits for no application for long: what it cannot end now stays, and the application has its way")
    func noDeadlock() async throws {
        try await withLapsedHolds(1) { (house: House) async throws in
            try await house.run(
                """
                INSERT INTO booking.signup_task (client_id, kind, reservation_id, created_at)
                SELECT '\(House.client)', 'activate_portal', id, holdfast.clock() FROM booking.reservation
                """)
            try await house.withConnection { sweeper in
                try await house.withConnection { other in
                    // The application has the task's letters and wants the hold's time; the sweep has the hold and wants the letters.
                    try await other.execute("BEGIN; UPDATE booking.signup_task SET state = 'done'")
                    #expect(try await sweeper.sweep() == 0)
                    try await House(url: house.url, connection: other).reserve(["starts_at": "'2027-03-10 18:30:00+00'"]
                    )
                    try await other.execute("COMMIT")
                }
            }
            #expect(try await house.lines(Self.states) == ["(expired)", "(pending)"])
        }
    }

    @Test("two that free the same two holds wait for each other and both go on")
    func takersMeet() async throws {
        try await withLapsedHolds(2) { (house: House) async throws in
            try await house.change(["ends_at": "starts_at + interval '23 hours 50 minutes'"])
            for _ in 1...10 {
                try await house.withConnection { one in
                    try await house.withConnection { two in
                        let takers = [one, two].map { connection in
                            Task {
                                try await House(url: house.url, connection: connection).reserveRefusal([
                                    "starts_at": "'2027-03-10 20:00+00'", "ends_at": "'2027-03-11 19:00+00'",
                                ])
                            }
                        }
                        let refusals = [try await takers[0].value, try await takers[1].value]
                        #expect(refusals.filter { $0 == nil }.count == 1)
                        #expect(refusals.compactMap { $0?.sqlState } == [.exclusionViolation])
                    }
                }
                // As they were, past the rules.
                try await house.run(
                    """
                    DELETE FROM booking.reservation WHERE starts_at = '2027-03-10 20:00+00';
                    SET session_replication_role = replica; UPDATE booking.reservation SET state = 'pending'; RESET session_replication_role
                    """)
            }
        }
    }

    @Test("a hold that cannot be ended stands in no other's way")
    func oneThatCannotEnd() async throws {
        try await withLapsedHolds(3) { (house: House) async throws in
            try await house.run(
                """
                DO $$ BEGIN EXECUTE format('ALTER TABLE holdfast.job ADD CHECK (kind <> ''provider.hold_expired'' OR subject_id <> %L)',
                                           (SELECT id FROM booking.reservation ORDER BY hold_expires_at LIMIT 1)); END $$
                """)
            #expect(try await house.sweep() == 2)
            #expect(try await house.lines(Self.states) == ["(expired)", "(expired)", "(pending)"])
        }
    }

    @Test("without tables of bookings there is nothing to sweep")
    func withoutBooking() async throws {
        try await withEmptyDatabase { _, connection in
            _ = try await Schema(connection).migrate(includingBooking: false) { _ in }
            #expect(try await connection.sweep() == 0)
            try await connection.execute("SELECT holdfast.prune_told(), holdfast.prune_allowance()")
        }
    }

    /// Lends a house with so many holds on days of their own, from March 10 on, that have lapsed: the last first.
    private func withLapsedHolds(_ number: Int, _ body: (House) async throws -> Void) async throws {
        try await withHouse { (house: House) async throws in
            for day in 0..<number {
                try await house.reserve([
                    "starts_at": "timestamptz '2027-03-10 18:00:00+00' + \(day) * interval '1 day'",
                    "ends_at": "timestamptz '2027-03-10 18:50:00+00' + \(day) * interval '1 day'",
                    "hold_expires_at": "holdfast.clock() + interval '20 hours' - \(day) * interval '1 minute'",
                ])
            }
            try await house.clearQueue()
            try await house.setClock("2027-03-02 17:00:00+00")
            try await body(house)
        }
    }
}

extension House {
    fileprivate func sweep(_ most: Int = 200) async throws -> Int {
        try await connection.sweep(most)
    }
}

extension Connection {
    fileprivate func sweep(_ most: Int = 200) async throws -> Int {
        let rows = try await query("SELECT holdfast.expire_holds($1::int) AS expired", [.int4(Int32(most))])
        return try #require(rows.first).decode("expired")
    }
}
