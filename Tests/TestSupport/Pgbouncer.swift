package import Foundation

/// A PgBouncer in transaction mode before a PostgreSQL server: two server connections for all clients, so that a
/// session's statements do meet different servers.
///
/// It ends with this object. Not thread-safe; each test owns its own.
package final class Pgbouncer {
    /// The address of the database behind it.
    package let url: String
    private let process = Process()

    /// Starts one before the database of this address, with its files in a folder of the test.
    ///
    /// Needs `TEST_PGBOUNCER`, which `deploy/test` sets.
    package init(before database: String, in folder: URL) async throws {
        guard let path = ProcessInfo.processInfo.environment["TEST_PGBOUNCER"] else {
            throw TestSupportError("TEST_PGBOUNCER is not set: unpack Debian's pgbouncer and name its program")
        }
        guard let target = URLComponents(string: database),
            let host = target.queryItems?.first(where: { $0.name == "host" })?.value
        else { throw TestSupportError("the database's address names no socket folder") }
        let home = folder.appendingPathComponent("pgbouncer")
        // Copied, because the account it runs as may not reach the clone.
        try FileManager.default.copyItem(at: URL(fileURLWithPath: path).deletingLastPathComponent(), to: home)
        let port = try SMTPServer.freePort()
        let configuration = home.appendingPathComponent("pgbouncer.ini")
        try Data(Self.configuration(host: host, port: port).utf8).write(to: configuration)
        // It refuses to run as root; and changing the account forgets the death signal, so that it is set again.
        let command = try PostgresCluster.unprivileged([
            try findExecutable("setpriv"), "--pdeathsig", "KILL", "--", home.appendingPathComponent("pgbouncer").path,
            "-q", configuration.path,
        ])
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(["LD_LIBRARY_PATH": home.path]) { $1 }
        url = "postgresql://postgres@127.0.0.1:\(port)\(target.path)"
        try await Launcher.shared.start(process)
        try SMTPServer.awaitListening(port)
    }

    deinit {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func configuration(host: String, port: Int) -> String {
        """
        [databases]
        * = host=\(host) user=postgres pool_size=2
        [pgbouncer]
        pool_mode = transaction
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = any
        max_client_conn = 200
        """
    }
}
