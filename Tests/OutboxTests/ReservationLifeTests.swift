import Foundation
import Outbox
import Postgres
import Testing

@Suite("The life of a reservation")
struct ReservationLifeTests {
    @Test(
        "each step owes its letters",
        arguments: LifeStep.holds + LifeStep.appointments + LifeStep.changes + LifeStep.ends)
    func steps(_ life: LifeStep) async throws {
        try await withHouse { (house: House) async throws in
            if let from = life.from {
                try await house.reserve(from)
                try await house.clearQueue()
                try await house.change(life.step)
            } else {
                try await house.reserve(life.step)
            }
            #expect(try await house.letters() == life.owes)
        }
    }

    @Test(
        "each step takes back what was owed before",
        arguments: [["state": "'cancelled'"], ["state": "'completed'"], ["place": "'phone'"]])
    func stepsTakeBack(step: [String: String]) async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(LifeStep.appointment)
            let before = try await house.lines("SELECT kind, id FROM holdfast.job ORDER BY id")
            try await house.change(step)
            #expect(
                try await house.lines(
                    "SELECT kind, job_id FROM holdfast.history WHERE outcome = 'cancelled' AND final ORDER BY job_id")
                    == before)
            #expect(try await house.count("holdfast.job j JOIN holdfast.history h ON h.job_id = j.id") == 0)
        }
    }

    @Test("changes within a minute are one letter, due a minute after the first of them")
    func changesWithinAMinute() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(LifeStep.appointment)
            try await house.clearQueue()
            try await house.change(["place": "'phone'"])
            for (time, place) in [("17:00:20", "virtual"), ("17:00:59", "phone")] {
                try await house.setClock("2027-03-01 \(time)+00")
                try await house.change(["place": "'\(place)'"])
                #expect(
                    try await house.letters().filter { !$0.contains("reminder") } == [
                        "appointment.changed client 1 03-01 17:01:00 03-08 18:00",
                        "provider.appointment provider 1 03-01 17:01:00 03-08 18:00",
                    ])
            }
            // The first is on its way: what follows is another.
            try await house.setClock("2027-03-01 17:01:01+00")
            let claims = try await house.claim(kinds: ["appointment.changed", "provider.appointment"])
            #expect(claims.count == 2)
            try await house.change(["place": "'virtual'"])
            #expect(
                try await house.lines(
                    "SELECT kind, state, run_at::text FROM holdfast.job WHERE kind = 'appointment.changed' ORDER BY run_at"
                )
                    == [
                        #"(appointment.changed,running,"2027-03-01 17:01:00+00")"#,
                        #"(appointment.changed,ready,"2027-03-01 17:02:01+00")"#,
                    ])
        }
    }

    @Test(
        "a confirmation that has not left yet goes out as the appointment is now, and no later; so does the provider's")
    func unsentIsMadeGood() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(LifeStep.appointment)
            try await house.setClock("2027-03-01 17:00:30+00")
            // The provider is not told of the provider's own change, but was to be told of the appointment.
            try await house.change(["place": "'phone'", "changed_by": "'provider'"])
            #expect(
                try await house.letters() == [
                    "appointment.changed client 1 03-01 17:00:00 03-08 18:00",
                    "provider.appointment provider 1 03-01 17:00:00 03-08 18:00",
                ] + LifeStep.reminders)
        }
    }

    @Test("what is being sent is left to its claim, and the change is told behind it")
    func runningStays() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(LifeStep.appointment)
            #expect(try await house.claim(kinds: ["appointment.confirmed"]).count == 1)
            try await house.change(["place": "'phone'"])
            #expect(
                try await house.lines(
                    "SELECT kind, state FROM holdfast.job WHERE audience = 'client' AND args = '{}' ORDER BY run_at")
                    == ["(appointment.confirmed,running)", "(appointment.changed,ready)"])
        }
    }

    @Test(
        "a request for another time is asked once for each time it is made, ends when it is taken back, and outlives a change of place"
    )
    func rescheduleRequest() async throws {
        try await withHouse { (house: House) async throws in
            func requests() async throws -> Int {
                try await house.count("holdfast.job WHERE kind = 'appointment.reschedule_request'")
            }
            try await house.reserve(LifeStep.appointment)
            try await house.clearQueue()
            try await house.change(["reschedule_requested_at": "holdfast.clock()"])
            try await house.change(["reschedule_requested_at": "holdfast.clock()", "changed_by": "'provider'"])
            #expect(try await requests() == 1)
            try await house.change(["place": "'phone'"])
            #expect(try await requests() == 1)
            try await house.change(["reschedule_requested_at": "NULL"])
            #expect(try await requests() == 0)
            try await house.change(["reschedule_requested_at": "holdfast.clock()"])
            #expect(try await requests() == 1)
            try await house.change(LifeStep.elsewhen)
            #expect(try await requests() == 0)
            try await house.change(["reschedule_requested_at": "holdfast.clock() + interval '1 hour'"])
            #expect(try await requests() == 1)
        }
    }

    @Test("letters of the end, and that one did not arrive, outlive later changes")
    func outlivesChanges() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(LifeStep.appointment)
            let id = try await house.connection.query("SELECT id FROM booking.reservation").first?.decode(
                "id", as: UUID.self)
            try await house.clearQueue()
            try await house.record("failed", about: try #require(id), kind: "appointment.confirmed", audience: "client")
            try await house.change(["state": "'cancelled'"])
            try await house.change(["link_gen": "link_gen + 1"])
            let kinds = try await house.lines("SELECT kind FROM holdfast.job ORDER BY kind")
            #expect(kinds == ["(appointment.cancelled)", "(provider.bounce)", "(provider.cancelled)"])
        }
    }

    @Test(
        "hours are hours, whatever the clocks do in between and wherever the session believes to be",
        arguments: [
            // Summer time begins on 2027-03-14 in New York: 12:00 EST and 10:00 EDT before a start at 13:00 EDT.
            (
                "America/New_York", "2027-03-15 17:00:00+00", "03-13 17:00:00", "03-15 14:00:00",
                "2027-03-13 15:59:00+00"
            ),
            // And on 2027-03-28 in Madrid: 09:00 CET before a start at 10:00 CEST; 07:00 is night, 21:00 CEST the evening before.
            (
                "Europe/Madrid", "2027-03-29 08:00:00+00", "03-27 08:00:00", "03-28 19:00:00",
                "2027-03-26 06:00:00+00"
            ),
        ])
    func daylightSaving(
        zone: String, start: String, early: String, late: String, heldAt: String
    ) async throws {
        try await withHouse { (house: House) async throws in
            try await house.run(
                "SET TimeZone = '\(zone)'; UPDATE booking.client SET tz = '\(zone)'; UPDATE booking.provider SET hold_for = '3 days'"
            )
            try await house.reserve(LifeStep.appointment.merging(["starts_at": "'\(start)'"]) { $1 })
            let reminders = try await house.letters().filter { $0.hasPrefix("appointment.reminder") }
            #expect(reminders.count == 2)
            #expect(reminders.first?.hasPrefix("appointment.reminder 48 client 1 \(early)") == true)
            #expect(reminders.last?.hasPrefix("appointment.reminder 3 client 1 \(late)") == true)
            // A hold of three days is one of 72 hours, made in the winter and ended in the summer.
            try await house.setClock(heldAt)
            try await house.reserve(["starts_at": "('\(start)'::timestamptz + interval '240 hours')"])
            #expect(
                try await house.line(
                    "SELECT extract(epoch FROM hold_expires_at - holdfast.clock())::int FROM booking.reservation WHERE state = 'pending'"
                )
                    == "(\(72 * 3600))")
        }
    }
}

extension House {
    /// Writes columns of the reservations there are.
    func change(_ columns: [String: String]) async throws {
        let assignments = columns.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
        try await run("UPDATE booking.reservation SET \(assignments.joined(separator: ", "))")
    }
}
