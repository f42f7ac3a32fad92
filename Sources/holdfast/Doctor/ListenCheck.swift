import FoundationEssentials
import Outbox
import Postgres

/// Sends a notification from the database's connection to the one that listens, on a channel of its own.
struct ListenCheck {
    private static let patience: Duration = .seconds(5)
    private let database: DatabaseSettings

    init(_ database: DatabaseSettings) {
        self.database = database
    }

    /// Whether what a worker's connection hears comes from where `connection` leads.
    func run(beside connection: Connection) async throws -> Diagnosis {
        let listener: Connection
        do {
            listener = try await Connection.open(database.listenDatabase.forDoctor)
        } catch let error as PostgresError {
            return .fail(
                "listen", "\(error.message)",
                mend: "check \(Setting.listenDatabaseURL.name), or remove it: then workers poll")
        }
        do {
            let diagnosis = try await hear(connection, on: listener)
            await listener.close()
            return diagnosis
        } catch {
            await listener.close()
            throw error
        }
    }

    private func hear(_ connection: Connection, on listener: Connection) async throws -> Diagnosis {
        let setting = Setting.listenDatabaseURL.name
        guard try await Examination(connection).server().identifier == Examination(listener).server().identifier else {
            return .fail(
                "listen", "\(setting) leads to another database than \(Setting.databaseURL.name)",
                mend: "let both name the same database")
        }
        guard await !listener.isThroughPooler else {
            return .warn(
                "listen", "the pooler carries no notifications, and workers look only once a second",
                mend: "name a direct connection in \(setting)")
        }
        let channel = "holdfast_doctor_\(UUID().text)"
        try await listener.listen(channel)
        let start = ContinuousClock.now
        _ = try await connection.query("SELECT pg_notify($1::text, '')", [.text(channel)], name: "doctor_notify")
        guard try await listener.notification(within: Self.patience) != nil else {
            return .fail(
                "listen", "a notification was not heard within five seconds",
                mend: "see what stands between \(setting) and the server")
        }
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        return .ok("listen", "a notification was heard after \(Int(milliseconds.rounded(.up))) ms")
    }
}
