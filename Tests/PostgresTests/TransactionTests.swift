import Postgres
import Testing

@Suite struct TransactionTests {
    private struct Stop: Error {}

    private func count(_ connection: Connection) async throws -> Int {
        try await scalar(connection, "SELECT count(*) AS n FROM t", as: Int.self)
    }

    @Test func commitsOrRollsBack() async throws {
        try await withConnection { connection, _ in
            try await connection.execute("CREATE TABLE t (id int)")
            let level = try await connection.withTransaction(.serializable) { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                return try await scalar(connection, "SHOW transaction_isolation", as: String.self)
            }
            #expect(level == "serializable")
            #expect(try await count(connection) == 1)
            let error = await errorOf {
                try await connection.withTransaction { connection in
                    try await connection.query("INSERT INTO t VALUES (2)")
                    throw Stop()
                }
            }
            #expect(error is Stop)
            #expect(try await count(connection) == 1)
        }
    }

    @Test func aSwallowedErrorIsNoCommit() async throws {
        try await withConnection { connection, _ in
            try await connection.execute("CREATE TABLE t (id int)")
            let error = await postgresErrorOf {
                try await connection.withTransaction { connection in
                    try await connection.query("INSERT INTO t VALUES (1)")
                    _ = try? await connection.query("SELECT 1/0")
                }
            }
            #expect(error?.code == .transactionAborted)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func anotherTaskCannotSlipIn() async throws {
        try await withConnection { connection, _ in
            try await connection.withTransaction { connection in
                let error = await Task.detached { await postgresErrorOf { try await connection.query("SELECT 1") } }
                    .value
                #expect(error?.code == .busy)
                async let child = connection.query("SELECT 2 AS v")
                let childRows = try await child
                #expect(try childRows[0].decode("v", as: Int.self) == 2)
                let nested = await postgresErrorOf { try await connection.withTransaction { _ in } }
                #expect(nested?.code == .busy)
            }
            #expect(await postgresErrorOf { try await connection.query("SELECT 1") } == nil)
        }
    }

    @Test func cancellationRollsBackAndKeepsTheConnection() async throws {
        try await withConnection { connection, url in
            try await connection.execute("CREATE TABLE t (id int)")
            let observer = try await Connection.open(ConnectionSettings(url: url))
            let pid = try await connection.backendPID
            let work = Task {
                try await connection.withTransaction { connection in
                    try await connection.query("INSERT INTO t VALUES (1)")
                    try await connection.query("SELECT pg_sleep(60)")
                }
            }
            #expect(
                try await eventually(
                    observer,
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep') AS v",
                    [.int4(pid)]))
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(try await count(connection) == 0)
            await observer.close()
        }
    }

    @Test func timeoutsReachEveryTransactionThroughAPooler() async throws {
        let read = """
            SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l,
                current_setting('idle_in_transaction_session_timeout') AS i
            """
        func values(_ rows: Rows) throws -> [String] {
            try ["s", "l", "i"].map { try rows[0].decode($0, as: String.self) }
        }
        for pooled in [true, false] {
            let adjust = { (settings: inout ConnectionSettings) in
                settings.throughPooler = pooled
                settings.statementTimeout = .milliseconds(1234)
                settings.lockTimeout = .milliseconds(567)
                settings.idleInTransactionTimeout = .seconds(89)
            }
            try await withConnection(adjust) { connection, _ in
                let expected = ["1234ms", "567ms", "89s"]
                let direct = try await connection.query(read)
                #expect(try values(direct) == expected)
                let piped = try await connection.pipeline([Statement("read", read, prepared: true)])
                #expect(try values(piped[0]) == expected)
                #expect(try await connection.withTransaction { try values(try await $0.query(read)) } == expected)
                // The script brings no timeouts along, so it shows what the session itself holds.
                let leaked = "DO $$ BEGIN IF current_setting('lock_timeout') <> '0' THEN RAISE 'leaked'; END IF; END $$"
                #expect(await postgresErrorOf { try await connection.execute(leaked) } == nil ? pooled : !pooled)
                let prepared = try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements")
                #expect(try prepared[0].decode("n", as: Int.self) == (pooled ? 0 : 1))
                let slow = await postgresErrorOf { try await connection.query("SELECT pg_sleep(30)") }
                #expect(slow?.code == .server(.queryCanceled))
                #expect(slow?.isTransient == true)
                let listening = await postgresErrorOf { try await connection.listen("c") }
                #expect(listening?.code == (pooled ? .unsupported : nil))
            }
        }
    }
}
