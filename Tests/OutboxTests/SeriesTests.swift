import Foundation
import Notifications
import Outbox
import Postgres
import Rendering
import Testing

@Suite("What is owed about a series of appointments")
struct SeriesTests {
    private static let series = "'00000000-0000-4000-8000-0000000000ee'"

    @Test("times that are written one by one are one letter for each reader, a minute after the first")
    func writtenOneByOne() async throws {
        try await withHouse { (house: House) async throws in
            for day in [8, 15, 22] { try await Self.appoint(house, day) }
            #expect(
                try await Self.owed(house) == [
                    "(client,\"2027-03-01 17:01:00+00\")", "(provider,\"2027-03-01 17:01:00+00\")",
                ])
        }
    }

    @Test("a letter that waits is not claimed before the change that it is to tell can be read")
    func changeIsRead() async throws {
        try await withHouse { (house: House) async throws in
            for day in [8, 15] { try await Self.appoint(house, day) }
            try await house.setClock("2027-03-01 17:01:00+00")
            try await house.withConnection { other in
                try await other.execute(
                    "BEGIN; UPDATE booking.reservation SET state = 'cancelled' WHERE starts_at > '2027-03-10'")
                #expect(try await house.claim(kinds: ["appointment.series"]).isEmpty)
                try await other.execute("COMMIT")
            }
            let claims = try await house.claim(kinds: ["appointment.series"])
            #expect(claims.count == 2)
            #expect(claims.map { $0.series?.visits.map(\.starts.time.day) } == [[8], [8]])
        }
    }

    @Test("the reader is whoever has the times that stand, whatever else was held or cancelled in it")
    func reader() async throws {
        try await withHouse { (house: House) async throws in
            try await Self.appoint(house, 8)
            try await house.reserve(["series_id": Self.series, "starts_at": "'2027-03-15 18:00+00'"])
            try await house.run(
                """
                INSERT INTO booking.provider (id, display_name, email, tz, booking_slug)
                VALUES ('\(UUID())', 'Dr. Tan', 'tan@practice.example', 'Asia/Singapore', 'tan')
                """)
            try await Self.appoint(
                house, 22, ["provider_id": "(SELECT id FROM booking.provider WHERE booking_slug = 'tan')"])
            try await house.run("UPDATE booking.reservation SET state = 'cancelled' WHERE starts_at > '2027-03-20'")
            try await house.setClock("2027-03-01 17:02:00+00")
            let claims = try await house.claim(kinds: ["appointment.series"])
            #expect(
                Set(claims.compactMap { $0.series?.subject.recipient.address }) == [
                    "zoe@example.org", "amara@practice.example",
                ])
            #expect(claims.allSatisfy { $0.series?.providerName == "Dr. Amara Lindqvist" })
        }
    }

    @Test("a provider who made it and was told of nothing is told when the client has cancelled the last of it")
    func lastIsCancelled() async throws {
        try await withHouse { (house: House) async throws in
            try await Self.appoint(house, 8, ["changed_by": "'provider'"])
            try await house.setClock("2027-03-01 17:01:00+00")
            let first = try await house.claim(kinds: ["appointment.series"])
            #expect(first.map(\.job.audience) == ["client"])
            _ = try await house.outbox.settle([Settlement(try #require(first.first).job.ticket, .sent)])
            try await house.run("UPDATE booking.reservation SET state = 'cancelled', changed_by = 'client'")
            try await house.setClock("2027-03-01 17:02:00+00")
            let last = try await house.claim(kinds: ["appointment.series"])
            #expect(Set(last.map(\.job.audience)) == ["client", "provider"])
            #expect(last.allSatisfy { $0.series?.told == .otherwise && $0.series?.visits.isEmpty == true })
        }
    }

    @Test("time that goes by is no change of it")
    func timeGoesBy() async throws {
        try await withHouse { (house: House) async throws in
            for day in [8, 15] { try await Self.appoint(house, day) }
            let digest = "SELECT holdfast.digest_of('series', \(Self.series))"
            let before = try await house.line(digest)
            try await house.setClock("2027-03-09 17:00:00+00")
            try await house.run("UPDATE booking.reservation SET state = 'completed' WHERE starts_at < '2027-03-09'")
            #expect(try await house.line(digest) == before)
            try await house.run("UPDATE booking.reservation SET place = 'phone' WHERE starts_at > '2027-03-09'")
            #expect(try await house.line(digest) != before)
        }
    }

    @Test("a time stays in its series: its reader knows it from the letters of that")
    func staysInSeries() async throws {
        try await withHouse { (house: House) async throws in
            try await Self.appoint(house, 8)
            let refused = try await house.refusal("UPDATE booking.reservation SET series_id = NULL")
            #expect(refused?.sqlState?.rawValue == "BK019")
        }
    }

    @Test("another address is told of it anew")
    func anotherAddress() async throws {
        try await withHouse { (house: House) async throws in
            try await Self.appoint(house, 8)
            try await house.setClock("2027-03-01 17:01:00+00")
            let claims = try await house.claim(kinds: ["appointment.series"])
            _ = try await house.outbox.settle(claims.map { Settlement($0.job.ticket, .sent) })
            try await house.updateClient("email = 'zoe.new@example.org'")
            try await house.setClock("2027-03-01 17:02:00+00")
            let again = try await house.claim(kinds: ["appointment.series"])
            #expect(again.map { $0.series?.told } == [.nothing])
            #expect(again.first?.series?.subject.recipient.address == "zoe.new@example.org")
        }
    }

    private static func appoint(_ house: House, _ day: Int, _ changes: [String: String] = [:]) async throws {
        let columns = ["series_id": series, "starts_at": "'2027-03-\(day < 10 ? "0" : "")\(day) 18:00+00'"]
        try await house.appoint(columns.merging(changes) { $1 })
    }

    private static func owed(_ house: House) async throws -> [String] {
        try await house.lines(
            "SELECT audience, run_at::text FROM holdfast.job WHERE kind = 'appointment.series' ORDER BY audience")
    }
}

extension Claim {
    fileprivate var series: SeriesFacts? { if case .series(let facts) = facts { facts } else { nil } }
}
