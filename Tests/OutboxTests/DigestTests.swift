import Foundation
import Postgres
import Testing

@testable import Outbox

/// The client lives in Los Angeles: 8 hours behind UTC in winter, and 7 from 2027-03-14 on.
@Suite("Digests of what a client has yet to do")
struct DigestTests {
    @Test("a task that is open for a day is told of, until 21:00 where the client lives")
    func owed() async throws {
        try await withHouse { house in
            try await house.toDo("2027-02-28 17:00:00+00")
            #expect(try await house.outbox.sweep(.oweDigests) == 1)
            let job = try await house.line(
                "SELECT kind, audience, subject_kind, subject_id, run_at::text, expires_at::text, dedupe_key FROM holdfast.job"
            )
            #expect(
                job
                    == #"(task.digest,client,client,\#(House.client),"2027-03-01 17:00:00+00","2027-03-02 05:00:00+00",task.digest:\#(House.client):2027-03-01)"#
            )
        }
    }

    @Test(
        "only between 09:00 and 20:00, and only what is a day old",
        arguments: [
            ("2027-03-01 16:59:59+00", "2027-02-20 00:00:00+00", 0),
            ("2027-03-01 17:00:00+00", "2027-02-20 00:00:00+00", 1),
            ("2027-03-02 03:59:59+00", "2027-02-20 00:00:00+00", 1),
            ("2027-03-02 04:00:00+00", "2027-02-20 00:00:00+00", 0),
            ("2027-03-01 17:00:00+00", "2027-02-28 17:00:01+00", 0),
            ("2027-03-01 17:00:00+00", "2027-02-28 17:00:00+00", 1),
            // Summer time has begun that night: nine o'clock is an hour sooner.
            ("2027-03-14 16:00:00+00", "2027-03-10 00:00:00+00", 1),
            ("2027-03-13 16:00:00+00", "2027-03-10 00:00:00+00", 0),
        ])
    func hours(clock: String, created: String, digests: Int) async throws {
        try await withHouse { house in
            try await house.toDo(created)
            try await house.setClock(clock)
            #expect(try await house.outbox.sweep(.oweDigests) == digests)
        }
    }

    @Test(
        "nothing is told of a task that is done or void or the activation's, nor to a client who is away",
        arguments: [
            "UPDATE booking.signup_task SET state = 'done'", "UPDATE booking.signup_task SET state = 'void'",
            "UPDATE booking.signup_task SET kind = 'activate_portal'", "UPDATE booking.client SET status = 'paused'",
            "UPDATE booking.client SET status = 'archived'",
        ])
    func nothingToTell(change: String) async throws {
        try await withHouse { house in
            try await house.toDo("2027-02-27 17:00:00+00")
            try await house.run(change)
            #expect(try await house.outbox.sweep(.oweDigests) == 0)
        }
    }

    @Test("once a day, for two weeks after the newest task, and again when there is something new")
    func daily() async throws {
        try await withHouse { house in
            try await house.toDo("2027-02-28 17:00:00+00")
            var told: [Int] = []
            for day in 1...20 {
                if day == 18 { try await house.toDo("2027-03-17 17:00:00+00", kind: "assessment") }
                for hour in [17, 18, 23] {
                    try await house.setClock("2027-03-\(day < 10 ? "0" : "")\(day) \(hour):00:00+00")
                    if try await house.outbox.sweep(.oweDigests) == 1 { told.append(day) }
                }
            }
            #expect(told == Array(1...13) + [18, 19, 20])
        }
    }

    @Test("keys of days that are over are not kept")
    func keys() async throws {
        try await withHouse { house in
            try await house.toDo("2027-02-28 17:00:00+00")
            for day in 1...9 {
                try await house.setClock("2027-03-0\(day) 18:00:00+00")
                #expect(try await house.outbox.sweep(.oweDigests) == 1)
            }
            #expect(
                try await house.lines("SELECT right(key, 10) FROM holdfast.dedupe ORDER BY key")
                    == ["(2027-03-08)", "(2027-03-09)"])
        }
    }

    @Test("whoever moves west has the same day twice, and one digest")
    func movingWest() async throws {
        try await withHouse { house in
            try await house.updateClient("tz = 'Pacific/Auckland'")
            try await house.toDo("2027-02-20 17:00:00+00")
            try await house.setClock("2027-03-01 21:00:00+00")
            #expect(try await house.outbox.sweep(.oweDigests) == 1)
            try await house.updateClient("tz = 'America/Los_Angeles'")
            #expect(try await house.outbox.sweep(.oweDigests) == 0)
            try await house.setClock("2027-03-03 21:00:00+00")
            #expect(try await house.outbox.sweep(.oweDigests) == 1)
        }
    }

    @Test("a sweep takes no more than it is asked to, and goes on where it was")
    func most() async throws {
        try await withHouse { house in
            try await house.clientsToDo(7)
            #expect(try await house.lines("SELECT holdfast.owe_digests(3)") == ["(3)"])
            #expect(try await house.outbox.sweep(.oweDigests) == 4)
            #expect(try await house.count("(SELECT DISTINCT subject_id FROM holdfast.job) AS j") == 7)
        }
    }

    @Test("of two workers at once one owes them, and the other passes by")
    func twoWorkers() async throws {
        try await withHouse { house in
            try await house.clientsToDo(5)
            try await house.withConnection { other in
                try await other.execute("BEGIN; SELECT holdfast.owe_digests()")
                #expect(try await house.outbox.sweep(.oweDigests) == 0)
                try await other.execute("COMMIT")
            }
            #expect(try await house.outbox.sweep(.oweDigests) == 0)
            #expect(try await house.count("holdfast.job") == 5)
        }
    }

    @Test("tasks that are done and clients with nothing to do are not read")
    func cost() async throws {
        try await withHouse { house in
            try await house.clientsToDo(50)
            try await house.run(
                """
                INSERT INTO booking.signup_task (client_id, kind, state, created_at)
                SELECT '\(House.client)', 'survey', 'done', holdfast.clock() - interval '2 days' FROM generate_series(1, 20000);
                ANALYZE booking.signup_task
                """)
            let before = try await house.tasksRead()
            #expect(try await house.outbox.sweep(.oweDigests) == 50)
            #expect(try await house.tasksRead() - before < 500)
        }
    }
}

extension House {
    /// Gives the client something to do, since an instant.
    fileprivate func toDo(_ created: String, kind: String = "intake_form") async throws {
        try await task(["kind": "'\(kind)'", "created_at": "'\(created)'"])
    }

    /// Inserts clients with something to do.
    fileprivate func clientsToDo(_ number: Int) async throws {
        try await run(
            """
            INSERT INTO booking.client (display_name, email, tz)
            SELECT 'Client', 'client' || i || '@example.org', 'America/Los_Angeles' FROM generate_series(1, \(number)) AS i;
            INSERT INTO booking.signup_task (client_id, kind, created_at)
            SELECT id, 'intake_form', holdfast.clock() - interval '2 days' FROM booking.client WHERE display_name = 'Client';
            """)
    }

    /// How many rows of tasks were read so far.
    fileprivate func tasksRead() async throws -> Int {
        try await flushStatistics()
        let rows = try await connection.query(
            "SELECT seq_tup_read + idx_tup_fetch AS number FROM pg_stat_user_tables WHERE relid = 'booking.signup_task'::regclass"
        )
        return try #require(rows.first).decode("number")
    }
}
