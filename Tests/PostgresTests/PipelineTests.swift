import Postgres
import Testing

@Suite struct PipelineTests {
    @Test func manyStatementsGiveOneResultEach() async throws {
        try await withConnection { connection, _ in
            let statements = (0..<100).map { n in
                Statement("s\(n)", "SELECT $1::int8 * 2 AS v", [.int8(Int64(n))], prepared: n % 2 == 0)
            }
            let results = try await connection.pipeline(statements)
            #expect(try results.map { try $0[0].decode("v", as: Int.self) } == (0..<100).map { $0 * 2 })
            #expect(try await connection.pipeline([]).isEmpty)
        }
    }

    @Test func aFailureNamesItsStatementRollsBackAndLeavesTheConnectionUsable() async throws {
        try await withConnection { connection, _ in
            try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
            let error = await postgresErrorOf {
                try await connection.pipeline([
                    Statement("one", "INSERT INTO t VALUES (1)"), Statement("two", "INSERT INTO t VALUES (2)"),
                    Statement("again", "INSERT INTO t VALUES (1)", prepared: true),
                    Statement("after", "INSERT INTO t VALUES (3)", prepared: true),
                ])
            }
            #expect(error?.code == .server(.uniqueViolation))
            #expect(error?.statement == "again" && error?.index == 2)
            #expect(error?.callSite?.contains("PipelineTests") == true)
            let rows = try await connection.query("SELECT count(*) AS n FROM t")
            #expect(try rows[0].decode("n", as: Int.self) == 0)
            try await connection.pipeline([
                Statement("again", "INSERT INTO t VALUES (1)", prepared: true),
                Statement("after", "INSERT INTO t VALUES (3)", prepared: true),
            ])
        }
    }

    @Test func anExplicitTransactionThatFailsIsLeft() async throws {
        try await withConnection { connection, _ in
            let error = await postgresErrorOf {
                try await connection.pipeline([
                    Statement("begin", "BEGIN"), Statement("bad", "SELECT 1/$1::int", [.int4(0)]),
                    Statement("commit", "COMMIT"),
                ])
            }
            #expect(error?.code == .server(SQLState(rawValue: "22012")))
            #expect(try await scalar(connection, "SELECT 1 AS v", as: Int.self) == 1)
            let script = await postgresErrorOf { try await connection.execute("BEGIN; SELECT 1/0; COMMIT", name: "m1") }
            #expect(script?.statement == "m1")
            try await connection.withTransaction { try await $0.query("SELECT 1") }
        }
    }

    @Test func aDeferredConstraintFailsAtTheCommit() async throws {
        try await withConnection { connection, _ in
            try await connection.execute(
                """
                CREATE TABLE p (id int PRIMARY KEY);
                CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)
                """)
            let error = await postgresErrorOf {
                try await connection.pipeline([
                    Statement("child", "INSERT INTO c VALUES (7)"), Statement("look", "SELECT * FROM c"),
                ])
            }
            #expect(error?.code == .server(.foreignKeyViolation))
            #expect(error?.constraint == "c_p_fkey" && error?.table == "c")
            #expect(error?.statement == nil && error?.index == nil)
            #expect(try await connection.query("SELECT * FROM c").isEmpty)
        }
    }

    @Test func preparedStatementsFollowTypesAndSchemaChanges() async throws {
        try await withConnection { connection, _ in
            try await connection.execute("CREATE TABLE t (a int4); INSERT INTO t VALUES (1)")
            func all(_ parameter: Parameter) -> Statement {
                Statement("all", "SELECT *, $1 AS p FROM t", [parameter], prepared: true)
            }
            for parameter in [Parameter.int4(5), .int8(5), .text("5"), .int8(6), .int4(7)] {
                #expect(try await connection.query(all(parameter)).count == 1)
            }
            let count = "SELECT count(*) AS n FROM pg_prepared_statements"
            #expect(try await scalar(connection, count, as: Int.self) == 3)
            try await connection.execute("ALTER TABLE t ADD b text DEFAULT 'new'")
            let stale = await postgresErrorOf { try await connection.query(all(.int4(1))) }
            #expect(stale?.code == .server(.featureNotSupported))
            #expect(try await connection.query(all(.int4(1))).columnNames == ["a", "b", "p"])
            try await connection.execute("DEALLOCATE ALL")
            #expect(
                await postgresErrorOf { try await connection.query(all(.int4(1))) }?.code
                    == .server(.invalidStatementName))
            #expect(try await connection.query(all(.int4(1))).count == 1)
        }
    }

    @Test func manyLargeStatementsDoNotDeadlock() async throws {
        try await withConnection { connection, _ in
            // Both directions exceed the sockets' buffers: sending all before reading would block both sides for ever.
            let text = String(repeating: "x", count: 200_000)
            let statements = (0..<100).map { Statement("big\($0)", "SELECT $1 AS v", [.text(text)]) }
            let results = try await connection.pipeline(statements)
            #expect(results.count == 100)
            #expect(try results[99][0].decode("v", as: String.self).utf8.count == 200_000)
        }
    }

    @Test func copyIsRefused() async throws {
        try await withConnection { connection, _ in
            try await connection.execute("CREATE TABLE t (id int)")
            #expect(await postgresErrorOf { try await connection.execute("COPY t FROM STDIN") }?.code == .unsupported)
            #expect(await connection.isUsable == false)
            #expect(await postgresErrorOf { try await connection.query("SELECT 1") }?.code == .unsupported)
        }
    }
}
