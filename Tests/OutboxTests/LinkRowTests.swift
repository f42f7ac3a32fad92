import BookingLinks
import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Links of claimed letters")
struct LinkRowTests {
    @Test("a hold's letter carries one link that ends with the hold, and a task's letter one for seven days")
    func issuedLinks() async throws {
        try await withHouse { house in
            let reservation = try await house.reserve()
            let task = try await house.task()
            let links = try await house.claim().flatMap(\.links)
            try #require(links.map(\.purpose) == [.rsv, .act])
            #expect(links.map(\.subjectID) == [reservation, UUID(uuidString: House.client)] && task != reservation)
            #expect(links.allSatisfy { $0.keyID == House.keyID && $0.generation == 1 && !$0.isRevoked })
            #expect(links.map { $0.expiresAt.timeIntervalSince($0.issuedAt) } == [72 * 3600, 7 * 86_400])
            let rows = try await house.lines(
                "SELECT purpose, uses, max_uses, issued_at::text FROM holdfast.link ORDER BY expires_at")
            #expect(rows == [#"(rsv,0,1,"2027-03-01 17:00:00+00")"#, #"(act,0,1,"2027-03-01 17:00:00+00")"#])
        }
    }

    @Test("links have whole seconds, whatever the clock says")
    func wholeSeconds() async throws {
        try await withHouse { house in
            try await house.setClock("2027-03-01 17:00:00.9+00")
            try await house.reserve()
            try await house.task()
            for link in try await house.claim().flatMap(\.links) {
                #expect(link.issuedAt.timeIntervalSince1970.truncatingRemainder(dividingBy: 1) == 0)
                #expect(link.expiresAt.timeIntervalSince1970.truncatingRemainder(dividingBy: 1) == 0)
            }
            let deadlines = try await house.line(
                """
                SELECT l.expires_at = r.hold_expires_at FROM holdfast.link l, booking.reservation r WHERE
                purpose = 'rsv'
                """
            )
            #expect(deadlines == "(t)")
        }
    }

    @Test("a letter claimed again has the same link, also with another key by then")
    func claimedAgain() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            try await house.task()
            let first = try await house.claim()
            _ = try await house.release(first.map(\.job.ticket))
            try await house.setClock("2027-03-02 09:00:00+00")
            let second = try await house.claim()
            #expect(second.flatMap(\.links).map(Self.identity) == first.flatMap(\.links).map(Self.identity))
            #expect(second.flatMap(\.links).allSatisfy { $0.keyID == House.keyID })
            _ = try await house.release(second.map(\.job.ticket))
            try await house.keys.add("2027-06a", publicKey: Array(0..<32), operator: "ada")
            #expect(try await house.keys.activate("2027-06a", operator: "ada"))
            let third = try await house.claim()
            #expect(third.flatMap(\.links).map(Self.identity) == first.flatMap(\.links).map(Self.identity))
            #expect(third.flatMap(\.links).allSatisfy { $0.keyID == "2027-06a" })
            #expect(try await house.count("holdfast.link") == 2)
        }
    }

    @Test("a revoked link is known to be revoked, and none is issued in its place")
    func revokedLinks() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            _ = try await house.release([try await house.claimOne().job.ticket])
            try await house.run("UPDATE holdfast.link SET revoked_at = holdfast.clock()")
            #expect(try await house.claimOne().links.map(\.isRevoked) == [true])
            #expect(try await house.count("holdfast.link") == 1)
        }
    }

    @Test(
        "no link is issued for a subject that has moved on",
        arguments: [
            "UPDATE booking.reservation SET link_gen = link_gen + 1",
            "UPDATE booking.reservation SET state = 'cancelled'",
            "DELETE FROM booking.reservation", "UPDATE holdfast.signing_key SET state = 'next'",
        ])
    func noLinkForThePast(change: String) async throws {
        try await withReservation { (house: House, id: UUID) async throws in
            try await house.owe(1, about: id)
            try await house.run(change)
            // What the triggers took back is put back, as if it had been running meanwhile.
            if try await house.count("holdfast.job WHERE subject_gen = 1") == 0 { try await house.owe(1, about: id) }
            let claims = try await house.claim()
            #expect(!claims.isEmpty)
            #expect(claims.filter { $0.job.subjectGeneration == 1 }.flatMap(\.links).isEmpty)
        }
    }

    @Test("a hold that has run out gets no link")
    func noLinkForALapsedHold() async throws {
        try await withHouse { house in
            try await house.reserve()
            try await house.setClock("2027-03-04 17:00:00+00")
            #expect(try await house.claimOne().links.isEmpty)
        }
    }

    /// What makes a token the same token.
    private static func identity(_ link: IssuedLink) -> [String] {
        [
            "\(link.jti)", "\(link.subjectID)", link.purpose.rawValue, "\(link.generation)", "\(link.issuedAt)",
            "\(link.expiresAt)",
        ]
    }
}
