import Foundation
import TestSupport
import Testing

/// A practice's letters on their way while something goes wrong again and again.
final class Ordeal {
    let site: TestInstallation
    let server: SMTPServer
    private let name: String
    private let start = ContinuousClock.now
    /// Letters the relay had seen when the last round began.
    private var seen = 0
    private var rounds = 0
    /// Letters owed up to now.
    private var owed: Int

    /// Whether ordeals are to be run: they take minutes, so `deploy/test --full` alone asks for them.
    ///
    /// The value of `TEST_ENDURANCE` is the file that the table is written to.
    static var table: String? { ProcessInfo.processInfo.environment["TEST_ENDURANCE"] }

    /// Owes the letters; nothing is sent yet.
    init(_ name: String, letters: Int, site: TestInstallation, server: SMTPServer) async throws {
        self.name = name
        self.site = site
        self.server = server
        owed = letters
        try await site.reserveMany(letters)
    }

    /// A relay that thinks over every letter for a moment, so that some are always under way.
    static func relay() throws -> SMTPServer {
        var scenario = RelayScenario()
        scenario.keepsBodies = false
        scenario.answers["DOT"] = [RelayScenario.Step("250 2.0.0 Ok: queued", delay: 0.02)]
        return try SMTPServer.scripted(scenario)
    }

    /// Waits for a few more letters, as many as chance will have it, so that something happens in the middle.
    func wait(forUpTo letters: Int) async throws {
        rounds += 1
        let wanted = seen + Int.random(in: 1...letters)
        try await server.messages(reach: wanted, within: 120)
        seen = wanted
    }

    /// Owes more letters, and waits until all but a few of all have come: some of these were sent after the call.
    func owe(_ letters: Int, untilAllBut few: Int) async throws {
        rounds += 1
        try await site.reserveMany(letters, after: owed)
        owed += letters
        try await server.messages(reach: owed - Int.random(in: 0...few), within: 120)
    }

    /// Waits until every letter has ended, then counts, writes the row and judges it.
    ///
    /// - Parameter mayDouble: how many copies beyond the first the ordeal may cost.
    @discardableResult
    func judge(mayDouble: Int) async throws -> Tally {
        try await eventually("every letter had ended", within: 300) {
            // A letter in doubt would wait its quarter of an hour, one that drew trouble its minute.
            try await site.hurry("run_at > now()")
            return try await site.sql("SELECT count(*) FROM holdfast.job") == "0"
        }
        let tally = try await Tally.count(site, server)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try Self.write(tally.row(name, rounds: rounds, mayDouble: mayDouble, seconds: seconds))
        #expect(tally.ended == tally.committed, "every letter has exactly one final word")
        #expect(tally.sent == tally.committed)
        #expect(tally.lost == 0)
        #expect(tally.poison == 0)
        #expect(tally.duplicates <= mayDouble)
        return tally
    }

    private static func write(_ row: String) throws {
        print(row)
        guard let table else { return }
        let known = (try? String(contentsOfFile: table, encoding: .utf8)) ?? Tally.heading + "\n"
        try (known + row + "\n").write(toFile: table, atomically: true, encoding: .utf8)
    }
}
