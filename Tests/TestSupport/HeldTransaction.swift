import Foundation

/// A transaction of somebody else's psql that stays open, with its locks, until the test ends it.
package final class HeldTransaction {
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
    package func end() throws {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

extension TestInstallation {
    /// Opens a transaction beside the workers and returns once its statement is done.
    package func holding(_ statement: String) async throws -> HeldTransaction {
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

    /// Returns once so many commands wait for a lock that somebody else has.
    package func waiting(_ commands: Int) async throws {
        try await eventually("\(commands) commands waited for a lock") {
            try await sql(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'holdfast' AND wait_event_type = 'Lock'
                """) == "\(commands)"
        }
    }
}
