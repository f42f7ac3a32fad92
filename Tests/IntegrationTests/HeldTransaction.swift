import Foundation
import TestSupport

/// A transaction of somebody else's psql that stays open, with its locks, until the test ends it.
final class HeldTransaction {
    private let process = Process()
    private let input = Pipe()

    fileprivate init(_ database: String, _ statement: String) throws {
        process.executableURL = URL(fileURLWithPath: try findExecutable("psql"))
        process.arguments = ["-v", "ON_ERROR_STOP=1", "-qAtX", "-d", database]
        process.standardInput = input
        try process.run()
        try input.fileHandleForWriting.write(
            contentsOf: Data("SET application_name = 'held'; BEGIN; \(statement);\n".utf8))
    }

    deinit { try? end() }

    /// Rolls it back, and returns when its locks are gone.
    func end() throws {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

extension TestInstallation {
    /// Opens a transaction beside the workers and returns once its statement is done.
    func holding(_ statement: String) async throws -> HeldTransaction {
        let held = try HeldTransaction(database, statement)
        try await eventually("the transaction beside the workers was open") {
            try await sql(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE application_name = 'held' AND datname = current_database() AND state = 'idle in transaction'
                """) == "1"
        }
        return held
    }

    /// Lets every lease be over, and rescues as another worker does.
    func rescueAsPeer() async throws {
        let file = Self.repository.appendingPathComponent("Sources/Outbox/SQL/rescue.sql")
        let rescue = try String(contentsOf: file, encoding: .utf8)
        try await sql(
            """
            UPDATE holdfast.worker SET lease_until = '-infinity';
            PREPARE rescue(int, boolean, interval) AS \(rescue);
            EXECUTE rescue(1000, true, '0')
            """)
    }

    /// Ends the workers' database sessions of this name, and returns when they are gone.
    func endSessions(_ name: String) async throws {
        try await eventually("the sessions '\(name)' had ended") {
            try await sql(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = \(name.quoted)
                """) == "0"
        }
    }
}
