import Foundation
import TestSupport
import Testing

/// Many owed letters changed by one command that does not come to its end.
@Suite("Owed letters, half-way")
struct OwedInterruptionTests {
    private static let cancel = ["cancel", "--state", "ready", "--yes", "--reason", "r", "--request-id", "many"]

    @Test("Ctrl-C while it waits for a letter ends it after that one; the same command does the rest")
    func interrupted() async throws {
        try await withWaitingCommand { site, command, held in
            command.signal(SIGINT)
            try await command.logs("stopping after the letter under way")
            try held.end()
            let result = try await command.end()
            #expect(result.status == 1 && result.output.hasSuffix("3 letters called off\n"))
            #expect(result.errors.contains("stopped: the same command with --request-id many goes on where it was"))
            try await expect(site, cancelled: 3)
        }
    }

    @Test("A letter that stays locked is told as not done, and the others are: exit 1")
    func locked() async throws {
        try await withWaitingCommand { site, command, held in
            let result = try await command.end()
            #expect(result.status == 1, "\(result.errors)")
            #expect(result.output.hasSuffix("5 letters called off\n"))
            #expect(result.errors.contains("it was not done to 1 of 6 letters"))
            try held.end()
            try await expect(site, cancelled: 5)
        }
    }

    @Test("The database goes half-way: exit 69 or 75, nothing half done; the same command does the rest")
    func databaseGone() async throws {
        try await withWaitingCommand { site, command, held in
            try await site.endSessions("holdfast")
            let result = try await command.end()
            #expect([69, 75].contains(result.status), "\(result.errors)")
            #expect(result.errors.contains("the same command with --request-id many goes on where it was"))
            try held.end()
            try await expect(site, cancelled: 2)
        }
    }

    /// Lends a command that calls off six letters, has done two and waits for the third, which somebody has locked.
    private func withWaitingCommand(
        _ body: (TestInstallation, HoldfastProcess, HeldTransaction) async throws -> Void
    ) async throws {
        try await withInstallation { site in
            try await site.reserveMany(6)
            let held = try await site.holding("SELECT FROM holdfast.job WHERE id = 3 FOR UPDATE")
            let command = try await site.start(Self.cancel)
            try await site.waiting(1)
            try await body(site, command, held)
        }
    }

    /// So many are done, each with its line in the audit; the same command does the others.
    private func expect(_ site: TestInstallation, cancelled count: Int) async throws {
        let done = """
            SELECT count(*), (SELECT count(*) FROM holdfast.audit WHERE action = 'cancel'), (SELECT count(*) FROM holdfast.job)
            FROM holdfast.history WHERE outcome = 'cancelled'
            """
        #expect(try await site.sql(done) == "\(count)|\(count)|\(6 - count)")
        try await site.must(Self.cancel)
        #expect(try await site.sql(done) == "6|6|0")
    }
}
