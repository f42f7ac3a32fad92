import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Outbox

@Suite("Schema")
struct SchemaTests {
    @Test("an empty database is wholly pending, and not served")
    func emptyDatabaseIsPending() async throws {
        try await withEmptyDatabase { _, connection in
            let steps = try await Schema(connection).status()
            #expect(steps.map(\.version) == Migration.all.map(\.version))
            #expect(steps.allSatisfy { $0.state == .pending && $0.appliedAt == nil })
            await #expect(throws: SchemaError.behind(needs: Migration.latest, has: 0)) {
                try await Schema(connection).requireCurrent()
            }
        }
    }

    @Test("migrating applies every step in order, and migrating again does nothing")
    func migratingTwiceIsOnce() async throws {
        try await withEmptyDatabase { _, connection in
            let first = try await migrate(connection)
            #expect(first.told == Migration.all.map(\.version))
            #expect(first.steps.allSatisfy { $0.state == .applied && $0.appliedAt != nil })
            try await Schema(connection).requireCurrent()
            let second = try await migrate(connection)
            #expect(second.told.isEmpty)
            #expect(second.steps == first.steps)
        }
    }

    @Test("of two migrators at once one does the work and both find it done")
    func twoMigratorsDoItOnce() async throws {
        try await withEmptyDatabase { url, connection in
            try await lendConnection(to: url) { other in
                async let one = migrate(connection)
                async let two = migrate(other)
                let (first, second) = try await (one, two)
                #expect((first.told + second.told).sorted() == Migration.all.map(\.version))
                #expect(first.told.isEmpty || second.told.isEmpty)
                #expect(first.steps == second.steps)
            }
        }
    }

    @Test("a step with another text is shown as changed and refused")
    func changedStepIsRefused() async throws {
        try await withEmptyDatabase { _, connection in
            _ = try await migrate(connection)
            try await connection.execute("UPDATE holdfast.migration SET checksum = repeat('0', 64) WHERE version = 2")
            #expect(try await Schema(connection).status()[1].state == .changed)
            await #expect(throws: SchemaError.changed(2)) { try await Schema(connection).requireCurrent() }
            await #expect(throws: SchemaError.changed(2)) { try await migrate(connection) }
        }
    }

    @Test("a step of a newer program is shown as unknown and refused")
    func unknownStepIsRefused() async throws {
        try await withEmptyDatabase { _, connection in
            _ = try await migrate(connection)
            let newer = Migration.latest + 1
            try await connection.execute(
                "INSERT INTO holdfast.migration (version, name, checksum) VALUES (\(newer), 'from_the_future', 'x')")
            let last = try #require(try await Schema(connection).status().last)
            #expect(last.state == .unknown && last.name == "from_the_future")
            let error = SchemaError.ahead(needs: Migration.latest, has: newer)
            await #expect(throws: error) { try await Schema(connection).requireCurrent() }
            await #expect(throws: error) { try await migrate(connection) }
            #expect(error.description.contains("\(newer)") && error.description.contains("install the newer holdfast"))
        }
    }

    @Test("a database some steps behind says which version it has, and catches up")
    func olderDatabaseCatchesUp() async throws {
        try await withEmptyDatabase { _, connection in
            _ = try await migrate(connection)
            // As it was after the first three steps.
            try await connection.execute(
                """
                CREATE TEMPORARY TABLE kept AS SELECT * FROM holdfast.migration WHERE version <= 3;
                DROP SCHEMA booking, holdfast CASCADE; CREATE SCHEMA holdfast;
                CREATE TABLE holdfast.migration (LIKE kept INCLUDING ALL, PRIMARY KEY (version));
                ALTER TABLE holdfast.migration ALTER applied_at SET DEFAULT clock_timestamp();
                INSERT INTO holdfast.migration SELECT * FROM kept;
                """)
            for step in Migration.all where step.version <= 3 { try await connection.execute(step.sql) }
            await #expect(throws: SchemaError.behind(needs: Migration.latest, has: 3)) {
                try await Schema(connection).requireCurrent()
            }
            #expect(try await migrate(connection).told == Migration.all.map(\.version).filter { $0 > 3 })
            try await Schema(connection).requireCurrent()
        }
    }

    @Test("without booking the reference tables are left out, once and for all")
    func bookingIsLeftOut() async throws {
        try await withEmptyDatabase { _, connection in
            let steps = try await migrate(connection, includingBooking: false).steps
            #expect(steps.map(\.state) == Migration.all.map { $0.isBooking ? .leftOut : .applied })
            let schemas = try await connection.query("SELECT 1 AS found FROM pg_namespace WHERE nspname = 'booking'")
            #expect(schemas.isEmpty)
            try await Schema(connection).requireCurrent()
            #expect(try await migrate(connection).steps == steps)
        }
    }

    @Test("a step that fails leaves nothing of the others behind")
    func failureLeavesNothing() async throws {
        try await withEmptyDatabase { _, connection in
            try await connection.execute("CREATE SCHEMA booking")
            let error = await #expect(throws: PostgresError.self) { try await migrate(connection) }
            #expect(error?.sqlState == SQLState(rawValue: "42P06"))
            let schemas = try await connection.query("SELECT 1 AS found FROM pg_namespace WHERE nspname = 'holdfast'")
            #expect(schemas.isEmpty)
            try await connection.execute("DROP SCHEMA booking")
            #expect(try await migrate(connection).steps.allSatisfy { $0.state == .applied })
        }
    }

    @Test(
        "what runs with the owner's rights looks names up in no schema of its caller's, and others may run little of it"
    )
    func ownersRights() async throws {
        try await withHouse { (house: House) async throws in
            let definers = "pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE f.prosecdef"
            let pinned = "'search_path=pg_catalog, pg_temp' = ANY (f.proconfig)"
            #expect(try await house.count(definers) > 20)
            #expect(try await house.lines("SELECT f.proname FROM \(definers) AND (\(pinned)) IS NOT TRUE") == [])
            let open = """
                SELECT f.proname FROM \(definers) AND n.nspname = 'holdfast'
                  AND EXISTS (SELECT FROM aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) AS a WHERE a.grantee = 0)
                ORDER BY f.proname
                """
            #expect(
                try await house.lines(open) == [
                    "(cancel)", "(enqueue)", "(link_state)", "(redeem)", "(reissue)", "(report_bounce)",
                ])
        }
    }

    /// Migrates, and says which steps it was told of.
    @discardableResult
    private func migrate(
        _ connection: Connection, includingBooking: Bool = true
    ) async throws -> (told: [Int], steps: [Schema.Step]) {
        let told = Mutex<[Int]>([])
        let steps = try await Schema(connection).migrate(includingBooking: includingBooking) { step in
            told.withLock { $0.append(step.version) }
        }
        return (told.withLock { $0 }, steps)
    }
}
