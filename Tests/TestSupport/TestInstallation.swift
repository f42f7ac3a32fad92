package import Foundation

/// A practice's installation for one test.
///
/// It has a database, an inbox, a signing key, settings, and runs the commands with them.
/// Not thread-safe; each test owns its own.
package final class TestInstallation {
    /// The superuser's address of the database.
    package private(set) var database: String
    /// A folder for this test's files.
    package let folder: URL
    /// Where the SMTP server of a test may keep what it receives.
    package let inbox: Maildir
    /// The settings of every command; tests change them.
    package var settings: [String: String]
    /// What no log may hold, besides the names and addresses in the database.
    package var secrets = ["v4.public.", "k4.secret", "MC4CAQAwBQYDK2VwBCIEI", "/rsv/", "/act/", "canary"]
    private var processes: [HoldfastProcess] = []
    /// What must live as long as the test: an optimized build lets go of an object after its last use.
    private var kept: [AnyObject] = []

    fileprivate init(database: String, folder: URL) {
        self.database = database
        self.folder = folder
        inbox = Maildir(folder.appendingPathComponent("inbox"))
        settings = [
            "HOLDFAST_DATABASE_URL": database,
            // Nothing listens there: a test that sends names its own server.
            "HOLDFAST_SMTP_URL": "smtp://127.0.0.1:9",
            "HOLDFAST_EHLO_NAME": "worker.example.org",
            "HOLDFAST_ENVIRONMENT": "test",
            "HOLDFAST_ONLY_TO": "example.org",
            "HOLDFAST_FROM": "Harbour Practice <bookings@example.org>",
            "HOLDFAST_LINK_BASE_URL": "https://book.example.org",
            "HOLDFAST_PORTAL_URL": "https://portal.example.org",
            "HOLDFAST_SUPPORT_URL": "https://www.example.org/help",
            "HOLDFAST_LINK_KEY_FILE": folder.appendingPathComponent("link.key").path,
            "HOLDFAST_TEMPLATES": Self.repository.appendingPathComponent("Templates").path,
            "HOLDFAST_SESSIONS": "4",
            "HOLDFAST_LOG_LEVEL": "trace",
        ]
    }

    /// The folder of the package.
    package static var repository: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// Sends letters to this server from now on, and keeps it running.
    package func use(_ server: SMTPServer) {
        keep(server)
        settings["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:\(server.port)"
    }

    /// Sends letters through a door to this server from now on, and keeps both.
    package func use(_ server: SMTPServer, behind door: Door) {
        keep(server)
        keep(door)
        settings["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:\(door.port)"
    }

    /// Uses a server's database from now on, and keeps the server running.
    package func use(_ cluster: PostgresCluster) async {
        keep(cluster)
        database = await cluster.url
        settings["HOLDFAST_DATABASE_URL"] = database
    }

    /// Keeps an object until the test has ended.
    package func keep(_ object: AnyObject) { kept.append(object) }

    /// Runs SQL as the application does, in one psql, and returns what it prints.
    @discardableResult
    package func sql(_ text: String) async throws -> String { try await psql(database, text) }

    /// The statement that moves the database's clock by an interval such as `-4 days`.
    package static func clock(movedBy interval: String) -> String {
        """
        CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz LANGUAGE sql STABLE AS
        $$SELECT now() + interval '\(interval)'$$
        """
    }

    /// Starts a command; `changes` to the settings, nil for one that is not to be set.
    package func start(
        _ arguments: [String], _ changes: [String: String?] = [:], stdin: String = ""
    ) async throws -> HoldfastProcess {
        var environment = settings
        for (name, value) in changes { environment[name] = value }
        let process = try await HoldfastProcess(arguments, environment, stdin: Data(stdin.utf8), in: folder)
        processes.append(process)
        return process
    }

    /// Runs a command to its end.
    package func run(
        _ arguments: [String], _ changes: [String: String?] = [:], stdin: String = ""
    ) async throws -> CommandResult {
        try await start(arguments, changes, stdin: stdin).end()
    }

    /// Runs a command that must succeed.
    @discardableResult
    package func must(
        _ arguments: [String], _ changes: [String: String?] = [:], stdin: String = ""
    ) async throws -> CommandResult {
        let result = try await run(arguments, changes, stdin: stdin)
        guard result.status == 0 else {
            throw TestSupportError(
                "holdfast \(arguments.joined(separator: " ")) ended with \(result.status):\n\(result.errors)")
        }
        return result
    }

    /// Starts a worker and returns once it serves.
    package func startWorker(_ changes: [String: String?] = [:]) async throws -> HoldfastProcess {
        let worker = try await start(["worker"], changes)
        try await worker.logs("the worker serves its queues")
        return worker
    }

    /// Sends what is due, with a worker that ends by itself.
    package func drain(_ changes: [String: String?] = [:]) async throws {
        try await must(["worker", "--drain"], changes)
    }

    /// Makes the tables and a key that signs.
    package func setUp() async throws {
        try await must(["migrate"])
        try await must(["links", "keys", "new", "--kid", "test-1", "--out", settings["HOLDFAST_LINK_KEY_FILE"] ?? ""])
        try await must(["links", "keys", "activate", "test-1"])
    }

    /// The active key's public half as PASERK, as web applications read it.
    package func publicKey() async throws -> String {
        struct Published: Decodable {
            struct Key: Decodable { let paserk: String, state: String }
            let keys: [Key]
        }
        let json = try await must(["links", "keys", "list", "--json"]).stdout
        guard let key = try JSONDecoder().decode(Published.self, from: json).keys.first(where: { $0.state == "active" })
        else {
            throw TestSupportError("no published key is active")
        }
        return key.paserk
    }

    /// Kills what still runs, then throws when any of the commands' logs names somebody or leads anywhere.
    fileprivate func close() async throws {
        for process in processes where process.isRunning {
            process.signal(SIGKILL)
            try await process.end()
        }
        let logs = processes.map(\.log)
        for secret in try await people() + secrets {
            guard let log = logs.first(where: { $0.contains(secret) }) else { continue }
            throw TestSupportError("a log holds '\(secret)':\n\(log)")
        }
        for log in logs where log.contains("Fatal error") || log.contains("Thread 0") {
            throw TestSupportError("a command crashed:\n\(log)")
        }
    }

    /// The names, addresses and places of everybody in the database.
    private func people() async throws -> [String] {
        guard try await sql("SELECT to_regclass('booking.reservation') IS NOT NULL") == "t" else { return [] }
        let rows = try await sql(
            """
            SELECT invitee_name FROM booking.reservation UNION SELECT invitee_email FROM booking.reservation
            UNION SELECT display_name FROM booking.client UNION SELECT email FROM booking.client
            UNION SELECT display_name FROM booking.provider UNION SELECT email FROM booking.provider
            UNION SELECT place_text FROM booking.reservation UNION SELECT name FROM booking.payor
            """)
        return rows.split(separator: "\n").map(String.init)
    }
}

/// So many installations at a time.
private let turnstile = Turnstile(places: 3)

/// Lends a test an installation of its own; afterwards nothing of it is left.
///
/// - Parameter ready: whether the tables and a signing key are made first.
/// - Throws: what `body` throws; or that a log of one of its commands told something private, or of a crash.
package func withInstallation<Value>(
    ready: Bool = true, _ body: (TestInstallation) async throws -> Value
) async throws -> Value {
    await turnstile.enter()
    let result: Result<Value, any Error>
    do { result = .success(try await lend(ready, body)) } catch { result = .failure(error) }
    await turnstile.leave()
    return try result.get()
}

private func lend<Value>(_ ready: Bool, _ body: (TestInstallation) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("holdfast-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await withDatabase { database in
        let installation = TestInstallation(database: database, folder: folder)
        if ready { try await installation.setUp() }
        let result: Result<Value, any Error>
        do { result = .success(try await body(installation)) } catch { result = .failure(error) }
        if case .failure = result { try? await installation.close() } else { try await installation.close() }
        return try result.get()
    }
}
