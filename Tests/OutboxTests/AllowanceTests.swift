import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("How many letters an address gets")
struct AllowanceTests {
    /// Of each letter under way, whether it is one too many: its address has had its letters, or its provider has too many holds.
    private static let over =
        "SELECT NOT EXISTS (SELECT FROM holdfast.allowance a WHERE a.job_id = j.id) AS over FROM holdfast.job j WHERE state = 'running' ORDER BY j.id"

    @Test("three letters a day to one address, in any letter case; those to another are not counted")
    func threeADay() async throws {
        try await withHouse { (house: House) async throws in
            for day in 10...14 {
                let address = day == 14 ? "li@example.org" : day == 13 ? "ZOE@example.org" : "zoe@example.org"
                try await house.reserve(["starts_at": "'2027-03-\(day) 18:00:00+00'", "invitee_email": "'\(address)'"])
                #expect(try await house.claim(kinds: ["reservation.confirm"]).count == 1)
            }
            #expect(try await house.lines(Self.over) == ["(f)", "(f)", "(f)", "(t)", "(f)"])
            #expect(
                try await house.lines("SELECT count(*) FROM holdfast.allowance GROUP BY address_digest ORDER BY 1")
                    == ["(1)", "(3)"])
        }
    }

    @Test("letters of one claim are counted one after the other, the earliest first")
    func oneClaim() async throws {
        try await withHouse { (house: House) async throws in
            for day in 10...14 {
                try await house.setClock("2027-03-01 17:0\(15 - day):00+00")
                try await house.reserve(["starts_at": "'2027-03-\(day) 18:00:00+00'"])
            }
            try await house.setClock("2027-03-01 18:00:00+00")
            #expect(try await house.claim(kinds: ["reservation.confirm"]).count == 5)
            #expect(try await house.lines(Self.over) == ["(t)", "(t)", "(f)", "(f)", "(f)"])
        }
    }

    @Test("a day later there are three again")
    func nextDay() async throws {
        try await withReservation { house, id in
            try await house.owe(3, about: id)
            _ = try await house.claim(kinds: ["reservation.confirm"])
            for (time, isOver) in [("2027-03-02 16:59:59+00", "(t)"), ("2027-03-02 17:00:00+00", "(f)")] {
                try await house.run("DELETE FROM holdfast.job")
                try await house.setClock(time)
                try await house.owe(1, about: id)
                _ = try await house.claimOne()
                #expect(try await house.lines(Self.over) == [isOver])
            }
        }
    }

    @Test("a letter that is tried again keeps its allowance, and takes no other")
    func triedAgain() async throws {
        try await withReservation { house, id in
            try await house.owe(3, about: id)
            for _ in 1...3 {
                let claims = try await house.claim(kinds: ["reservation.confirm"])
                #expect(claims.count == 3)
                #expect(try await house.lines(Self.over) == ["(f)", "(f)", "(f)"])
                _ = try await house.release(claims.map(\.job.ticket))
            }
            #expect(try await house.count("holdfast.allowance") == 3)
        }
    }

    @Test("letters that no stranger can cause do not count")
    func otherKinds() async throws {
        try await withHouse { (house: House) async throws in
            try await house.task()
            try await house.reserve(LifeStep.appointment)
            #expect(
                try await house.claim(kinds: ["portal.activate", "appointment.confirmed", "provider.appointment"]).count
                    == 3)
            #expect(try await house.count("holdfast.allowance") == 0)
        }
    }

    @Test("an invitation's letter counts for the address it goes to")
    func invitation() async throws {
        try await withHouse { (house: House) async throws in
            try await house.run(
                """
                INSERT INTO booking.invitation (id, provider_id, name, email, tz)
                VALUES ('\(House.client)', '\(House.provider)', 'Zoë', 'Zoe@example.org', 'UTC'); DELETE FROM holdfast.job
                """)
            try await house.owe(
                4, about: try #require(UUID(uuidString: House.client)), kind: "provider.invite",
                subjectKind: "invitation")
            #expect(try await house.claim(kinds: ["provider.invite"]).count == 4)
            #expect(
                try await house.lines(
                    "SELECT DISTINCT address_digest = sha256('zoe@example.org') AS hers FROM holdfast.allowance") == [
                        "(t)"
                    ])
            #expect(try await house.lines(Self.over) == ["(f)", "(f)", "(f)", "(t)"])
        }
    }

    @Test("two claims that meet at an address take no more than one")
    func twoClaims() async throws {
        try await withReservation { house, id in
            try await house.owe(4, about: id)
            let ids = try await house.lines("SELECT id FROM holdfast.job ORDER BY id").map { $0.dropFirst().dropLast() }
            try await house.withConnection { one in
                try await house.withConnection { two in
                    try await one.execute(
                        "BEGIN; SELECT holdfast.take_allowance(ARRAY[\(ids[0]), \(ids[1])]::bigint[])")
                    let second = Task {
                        try await two.execute("SELECT holdfast.take_allowance(ARRAY[\(ids[2]), \(ids[3])]::bigint[])")
                    }
                    try await house.connection.awaitLockWaiters(1)
                    try await one.execute("COMMIT")
                    try await second.value
                }
            }
            #expect(
                try await house.lines("SELECT job_id FROM holdfast.allowance ORDER BY job_id")
                    == ids.prefix(3).map { "(\($0))" })
        }
    }

    @Test("the twenty-first hold that waits with a provider is one too many, until an earlier one ends")
    func twentyHolds() async throws {
        try await withHouse { (house: House) async throws in
            for number in 1...22 {
                try await house.reserve([
                    "starts_at": "timestamptz '2027-03-08 18:00:00+00' + \(number) * interval '1 hour'",
                    "ends_at": "timestamptz '2027-03-08 18:50:00+00' + \(number) * interval '1 hour'",
                    "invitee_email": "'visitor.\(number)@example.org'",
                    "created_at": "holdfast.clock() + \(number) * interval '1 second'",
                ])
            }
            func over() async throws -> [Int] {
                try await house.run("UPDATE holdfast.job SET state = 'ready' WHERE state = 'running'")
                _ = try await house.claim(kinds: ["reservation.confirm"])
                return try await house.lines(Self.over).enumerated().filter { $0.element == "(t)" }.map {
                    $0.offset + 1
                }
            }
            #expect(try await over() == [21, 22])
            try await house.run(
                "UPDATE booking.reservation SET state = 'expired' WHERE invitee_email = 'visitor.7@example.org'")
            #expect(try await over() == [22])
            // A hold that has lapsed waits no more, though no sweep has been by yet.
            try await house.run(
                "UPDATE booking.reservation SET hold_expires_at = '2027-03-02 17:00+00' WHERE invitee_email = 'visitor.8@example.org'"
            )
            try await house.setClock("2027-03-02 17:00:00+00")
            #expect(try await over() == [])
        }
    }

    @Test("allowances are forgotten after a day")
    func prunes() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            _ = try await house.claimOne()
            try await house.setClock("2027-03-02 16:59:59+00")
            #expect(try await house.line("SELECT holdfast.prune_allowance()") == "(0)")
            try await house.setClock("2027-03-02 17:00:00+00")
            #expect(try await house.line("SELECT holdfast.prune_allowance()") == "(1)")
        }
    }

    @Test("the provider is told of a letter that was one too many")
    func providerIsTold() async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([
                Settlement(claim.job.ticket, .suppressed, reason: Refusal.overCap.rawValue)
            ])
            #expect(try await house.letters() == ["provider.bounce provider 1 03-01 17:00:00 03-08 17:00"])
        }
    }

    @Test(
        "that an invitation did not arrive is news while it is open, and of the links it was mailed with",
        arguments: [
            ("", 1, "(t)"), ("", 2, "(f)"), ("UPDATE booking.provider SET link_gen = 2", 1, "(f)"),
            ("UPDATE booking.invitation SET withdrawn_at = now()", 1, "(f)"),
            ("UPDATE booking.invitation SET booked = (SELECT id FROM booking.reservation)", 1, "(f)"),
        ])
    func invitationNews(change: String, generation: Int, isNews: String) async throws {
        try await withReservation { house, _ in
            try await house.run(
                """
                INSERT INTO booking.invitation (id, provider_id, name, email, tz)
                VALUES ('\(House.client)', '\(House.provider)', 'Zoë', 'zoe@example.org', 'UTC'); \(change)
                """)
            #expect(
                try await house.line("SELECT holdfast.is_bounce_news('invitation', '\(House.client)', \(generation))")
                    == isNews)
        }
    }
}
