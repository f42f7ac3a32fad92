import Foundation
import TestSupport

/// What others do to the database beside the workers.
extension TestInstallation {
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
