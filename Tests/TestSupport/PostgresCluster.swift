import Executors
import Foundation

/// A private PostgreSQL server in a temporary folder, reachable over a Unix socket only.
///
/// A shell watches over it: it runs the server as long as a pipe from this process stays open, so however the process
/// ends, the server stops and its folder goes away. PostgreSQL refuses to run as root; then the shell, and with it the
/// server, runs as the user `postgres`, else `nobody`.
package actor PostgresCluster {
    private let executor: ThreadExecutor
    private let shell = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var folder = ""

    /// Runs the actor on its own thread, because it waits for the shell's answers.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The cluster of this test run: the one `TEST_DATABASE_URL` names, else one started at the first use.
    /// - Returns: a superuser's address.
    package static var sharedURL: String {
        get async throws {
            if let url = ProcessInfo.processInfo.environment["TEST_DATABASE_URL"], !url.isEmpty { return url }
            return try await shared.value.url
        }
    }

    private static let shared = Task.detached { try await PostgresCluster.launch() }

    private init() {
        executor = ThreadExecutor(label: "test cluster")
    }

    deinit {
        // Foundation keeps the pipe open as long as the shell runs, and the shell runs as long as the pipe is open.
        try? input.fileHandleForWriting.close()
    }

    /// Starts a server of its own, for tests that stop it; others share one.
    /// - Throws: `TestSupportError` when PostgreSQL is not installed or does not start.
    package static func launch() async throws -> PostgresCluster {
        let cluster = PostgresCluster()
        try await cluster.launchShell()
        return cluster
    }

    private func launchShell() throws {
        // Not inherited by the commands other tests start: the server must stop when this process ends.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let command = try Self.unprivileged(["/bin/sh", "-c", Self.script, "sh", try Self.binaries()])
        shell.executableURL = URL(fileURLWithPath: command[0])
        shell.arguments = Array(command.dropFirst())
        shell.currentDirectoryURL = URL(fileURLWithPath: "/")
        shell.standardInput = input
        shell.standardOutput = output
        try shell.run()
        guard let folder = Self.readLine(from: output.fileHandleForReading), folder.hasPrefix("/") else {
            throw TestSupportError("the private PostgreSQL server did not start; its messages are above")
        }
        self.folder = folder
    }

    /// The address of the database `postgres` as a superuser.
    package var url: String { "postgresql://postgres@/postgres?host=\(folder)" }

    /// Stops the server at once, as a crash would (`immediate`), and returns when it is down.
    package func stop() throws {
        try order("stop")
    }

    /// Starts the server again and returns when it takes connections.
    package func start() throws {
        try order("start")
    }

    /// Stops every process of the server in its tracks: connections stay, and nothing is answered.
    package func freeze() throws {
        try order("freeze")
    }

    /// Lets a frozen server go on.
    package func thaw() throws {
        try order("thaw")
    }

    private func order(_ command: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
        guard Self.readLine(from: output.fileHandleForReading) == "done" else {
            throw TestSupportError("the private PostgreSQL server did not \(command); its messages are above")
        }
    }

    private static func readLine(from file: FileHandle) -> String? {
        var line: [UInt8] = []
        while let byte = try? file.read(upToCount: 1)?.first {
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// The words that run a command as the account that the servers run as.
    static func unprivileged(_ command: [String]) throws -> [String] {
        guard getuid() == 0 else { return command }
        let user = getpwnam("postgres") == nil ? "nobody" : "postgres"
        return [
            try findExecutable("setpriv"), "--reuid=\(user)", "--regid=\(user == "nobody" ? "nogroup" : user)",
            "--clear-groups",
        ] + command
    }

    /// The folder of `initdb` and `postgres`; Debian keeps it out of `PATH`, one for each version.
    private static func binaries() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let folders = versions.sorted { $0.compare($1, options: .numeric) == .orderedDescending }.map {
            "\(root)/\($0)/bin"
        }
        if let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }) {
            return folder
        }
        return URL(fileURLWithPath: try findExecutable("initdb")).deletingLastPathComponent().path
    }

    /// The watching shell, run as the server's user; `--pdeathsig` stops the server even when the shell is killed.
    private static let script = #"""
        set -u
        PATH="$1:$PATH"
        unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGOPTIONS
        dir=$(mktemp -d /tmp/holdfast-pg.XXXXXX) || exit 1
        server=
        launch() {
            setpriv --pdeathsig QUIT postgres -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off \
                -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB \
                -c log_min_messages=fatal -c timezone=UTC >>"$dir/log" 2>&1 </dev/null &
            server=$!
            until pg_isready -q -h "$dir"; do
                kill -0 "$server" 2>/dev/null || { cat "$dir/log" >&2; return 1; }
                sleep 0.05
            done
        }
        # The postmaster first, so that it starts nobody while the others are told; one that is gone meanwhile is none.
        tell() {
            kill -"$1" "$server" 2>/dev/null
            kill -"$1" $(cat "/proc/$server/task/$server/children") 2>/dev/null
            true
        }
        halt() {
            [ -z "$server" ] || { tell CONT; kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
            server=
        }
        trap 'halt; rm -rf "$dir"' EXIT
        trap 'exit 1' HUP INT TERM
        initdb -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1 ||
            { cat "$dir/log" >&2; exit 1; }
        launch || exit 1
        echo "$dir"
        while read -r order; do
            case $order in
            stop) halt && echo done ;;
            freeze) tell STOP; echo done ;;
            thaw) tell CONT; echo done ;;
            start) launch && echo done || exit 1 ;;
            esac
        done
        """#
}
