import Foundation
import TestSupport
import Testing

@Suite struct MigrateTests {
    private struct Step: Decodable, Equatable {
        let version: Int
        let name: String
        let state: String
        let appliedAt: String?
    }

    private func steps(_ result: CommandResult) throws -> [Step] {
        try JSONDecoder().decode([Step].self, from: result.stdout)
    }

    @Test("A fresh database: the status is a no, migrating says what it does, and then the status is a yes")
    func fresh() async throws {
        try await withInstallation(ready: false) { site in
            let before = try await site.run(["migrate", "--status", "--json"])
            #expect(before.status == 1)
            #expect(try steps(before).allSatisfy { $0.state == "pending" && $0.appliedAt == nil })

            let migrated = try await site.run(["migrate"])
            #expect(migrated.status == 0)
            #expect(migrated.errors.hasPrefix("applying 1 holdfast\n"))
            #expect(migrated.output.split(separator: "\n").allSatisfy { $0.contains("  applied 20") })

            let after = try await site.run(["migrate", "--status", "--json"])
            #expect(after.status == 0)
            #expect(after.errors.isEmpty)
            #expect(try steps(after).map(\.version) == steps(before).map(\.version))
            #expect(try steps(after).allSatisfy { $0.state == "applied" && $0.appliedAt != nil })

            let again = try await site.run(["migrate"])
            #expect(again.status == 0)
            #expect(again.errors.isEmpty)
        }
    }

    @Test("Three hosts that migrate at once: each ends well and every step is there once")
    func atOnce() async throws {
        try await withInstallation(ready: false) { site in
            var running: [HoldfastProcess] = []
            for _ in 1...3 { running.append(try await site.start(["migrate", "--json"])) }
            for process in running {
                let result = try await process.end()
                #expect(result.status == 0, "\(result.errors)")
                #expect(try steps(result).allSatisfy { $0.state == "applied" })
            }
            #expect(try await site.run(["migrate", "--status"]).status == 0)
        }
    }

    @Test("A practice with its own tables leaves ours out, once and for all")
    func withoutBooking() async throws {
        try await withInstallation(ready: false) { site in
            try await site.must(["migrate", "--no-booking"])
            let status = try await site.run(["migrate", "--status", "--json"])
            #expect(status.status == 0)
            #expect(try steps(status).count { $0.state == "left out" } == 8)
            try await site.must(["migrate"])
            #expect(try await site.sql("SELECT to_regnamespace('booking') IS NULL") == "t")
        }
    }

    /// The number of the last step, as its file is called.
    private static let latest: Int = {
        let folder = TestInstallation.repository.appendingPathComponent("Sources/Outbox/Migrations").path
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.compactMap { Int($0.dropFirst().prefix(3)) }.max() ?? 0
    }()

    @Test(
        "A database that is behind, ahead or changed is shown as such, and a worker refuses it",
        arguments: [
            (
                "DELETE FROM holdfast.migration WHERE version = \(latest)", "pending",
                "the database has schema version \(latest - 1), this holdfast needs version \(latest): run 'holdfast migrate'"
            ),
            (
                "INSERT INTO holdfast.migration (version, name, checksum) VALUES (99, 'later', 'x')", "unknown",
                "the database has schema version 99, this holdfast knows version \(latest) at most: "
                    + "install the newer holdfast that migrated it"
            ),
            (
                "UPDATE holdfast.migration SET checksum = 'x' WHERE version = 2", "changed",
                "step 2 of the database's schema is not the one this holdfast has: it was migrated by another build; "
                    + "see 'holdfast migrate --status'"
            ),
        ])
    func notCurrent(_ change: String, state: String, sentence: String) async throws {
        try await withInstallation { site in
            try await site.sql(change)
            let status = try await site.run(["migrate", "--status", "--json"])
            #expect(status.status == 1)
            #expect(try steps(status).map(\.state).filter { $0 != "applied" } == [state])
            let worker = try await site.run(["worker"])
            #expect(worker.status == 78)
            #expect(worker.errors == "holdfast: \(sentence)\n")
            guard state != "pending" else { return }
            let migrate = try await site.run(["migrate"])
            #expect(migrate.status == 78)
            #expect(migrate.errors == "holdfast: \(sentence)\n")
        }
    }

    @Test("A worker on a database without tables says which command makes them")
    func unmigrated() async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            let result = try await site.run(["worker"])
            #expect(result.status == 78)
            #expect(
                result.errors
                    == "holdfast: the database has schema version 0, this holdfast needs version \(Self.latest): "
                    + "run 'holdfast migrate'\n"
            )
            #expect(try await site.run(["links", "keys", "list"]).errors == result.errors)
        }
    }
}

extension TestInstallation {
    /// Writes a private key that no database knows, at the place the settings name.
    func writeKey() async throws {
        let made = try await TestSupport.run("openssl", ["genpkey", "-algorithm", "ed25519"])
        let path = settings["HOLDFAST_LINK_KEY_FILE"] ?? ""
        try made.stdout.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
