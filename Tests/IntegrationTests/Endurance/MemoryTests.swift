import Foundation
import TestSupport
import Testing

/// What a worker holds on to while it sends.
@Suite(.serialized, .enabled(if: Ordeal.table != nil, "deploy/test --full runs these"))
struct MemoryTests {
    @Test("a hundred thousand letters leave the worker no larger than the first thirty thousand")
    func flat() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.sink()
            site.use(server)
            try await site.reserve("Zoë O'Neil", "zoe@example.org")
            // One reader gets all of them, which no reader would: neither a cap nor what was told is what is looked at here.
            try await site.sql("UPDATE holdfast.kind SET capped = false, tells = false")
            let worker = try await site.startWorker(["HOLDFAST_LOG_LEVEL": "info", "HOLDFAST_SESSIONS": "8"])
            var sizes: [Int] = []
            for _ in 1...10 {
                try await site.oweCopies(10_000)
                try await site.settleEverything(within: 300)
                sizes.append(try worker.residentKilobytes)
            }
            print("resident kB after each 10,000 letters: \(sizes)")
            let (early, late) = (try #require(sizes[..<3].max()), try #require(sizes[7...].max()))
            #expect(late < early + 4096, "it must not grow by more than 4 MB in 70,000 letters")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.history WHERE outcome = 'sent'") == "100001")
        }
    }
}

extension TestInstallation {
    /// Owes the letter of the one reservation so many times more.
    fileprivate func oweCopies(_ number: Int) async throws {
        try await sql(
            """
            INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
            SELECT now(), now() + interval '1 day', r.id, r.link_gen, 0, 'mail', 'reservation.confirm', 'reservation', 'invitee'
            FROM booking.reservation r, generate_series(1, \(number))
            """)
    }
}

extension HoldfastProcess {
    /// How much of the process is in memory.
    fileprivate var residentKilobytes: Int {
        get throws {
            let status = try String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(Int(line.split(separator: " ").dropFirst().first ?? ""))
        }
    }
}
