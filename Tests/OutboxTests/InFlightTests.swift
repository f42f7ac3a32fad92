import Foundation
import Notifications
import Outbox
import Postgres
import Testing

/// What happens while a letter is under way, and nobody knows yet what its reader will have been told.
@Suite("Letters in flight")
struct InFlightTests {
    @Test("a letter under way to an address that changes tells its new reader nothing")
    func addressChanges() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            let claim = try await house.claimOne(kinds: ["appointment.confirmed"])
            try await house.updateClient("email = 'zoe.new@example.org'")
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .sent)])
            #expect(try await house.count("holdfast.told WHERE subject_id = '\(id)' AND audience = 'client'") == 0)
        }
    }

    @Test("a cancellation is told while the confirmation is still under way")
    func cancellation() async throws {
        try await withHouse { (house: House) async throws in
            try await house.appoint()
            _ = try await house.claimOne(kinds: ["appointment.confirmed"])
            try await house.run("UPDATE booking.reservation SET state = 'cancelled'")
            try await house.setClock("2027-03-01 17:01:00+00")
            let claim = try await house.claimOne(kinds: ["appointment.cancelled"])
            #expect(claim.reservation?.isKnown == true && claim.reservation?.told == .otherwise)
        }
    }

    @Test("what was told with a link that is void since is worth a letter, though nothing else has changed")
    func voidLink() async throws {
        try await withHouse { (house: House) async throws in
            try await house.appoint()
            let first = try await house.claimOne(kinds: ["appointment.confirmed"])
            _ = try await house.outbox.settle([Settlement(first.job.ticket, .sent)])
            for hours in ["1", "-1"] {
                try await house.run(
                    """
                    UPDATE booking.reservation SET starts_at = starts_at + interval '\(hours) hours',
                      ends_at = ends_at + interval '\(hours) hours'
                    """)
            }
            try await house.setClock("2027-03-01 17:01:00+00")
            let again = try await house.claimOne(kinds: ["appointment.changed"])
            #expect(again.reservation?.told == .otherwise)
            // With the link that its reader has, the same facts are no news.
            try await house.run("UPDATE holdfast.link SET revoked_at = NULL WHERE job_id = \(first.job.ticket.jobID)")
            _ = try await house.release([again.job.ticket])
            #expect(try await house.claimOne(kinds: ["appointment.changed"]).reservation?.told == .same)
        }
    }

    @Test("a letter that is tried again after its reader's links were renewed gets a new one")
    func renewedLinks() async throws {
        try await withHouse { (house: House) async throws in
            try await house.run("SELECT holdfast.enqueue('checkin.due', 'client', '\(House.client)')")
            let first = try await house.claimOne(kinds: ["checkin.due"])
            _ = try await house.release([first.job.ticket])
            try await house.updateClient("link_gen = link_gen + 1")
            let again = try await house.claimOne(kinds: ["checkin.due"])
            #expect(again.links.map(\.isRevoked) == [false] && again.links.map(\.generation) == [2])
            #expect(again.links.map(\.jti) != first.links.map(\.jti))
        }
    }

    @Test(
        "a replacement and a client who moves what it replaces wait for each other, and neither is ended as a deadlock")
    func replacement() async throws {
        try await withHouse { (house: House) async throws in
            let old = try await house.appoint()
            try await house.meeting(
                """
                INSERT INTO booking.reservation (provider_id, client_id, state, replaces, starts_at, ends_at, place)
                VALUES ('\(House.provider)', '\(House.client)', 'confirmed', '\(old)', '2027-03-09 18:00+00', '2027-03-09 18:50+00', 'virtual')
                """,
                waits: """
                    UPDATE booking.reservation SET starts_at = '2027-03-10 18:00+00', ends_at = '2027-03-10 18:50+00' WHERE id = '\(old)'
                    """,
                then: "UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(old)'")
            #expect(try await house.count("booking.reservation WHERE state = 'cancelled'") == 1)
        }
    }
}
