import Foundation
import Postgres
import TestSupport
import Testing

/// Errors carry SQLSTATE and names; the canary stands for a value and must never show.
@Suite struct ErrorTests {
    private static let canary = "canary_value"

    private func expectSilence(_ error: PostgresError?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let error = try #require(error, sourceLocation: sourceLocation)
        var dumped = ""
        dump(error, to: &dumped)
        for text in ["\(error)", String(reflecting: error), error.localizedDescription, dumped] {
            #expect(!text.contains("canary"), "\(text)", sourceLocation: sourceLocation)
        }
    }

    @Test func violationsNameTheConstraintAndNotTheValue() async throws {
        try await withConnection { connection, _ in
            try await connection.execute(
                """
                CREATE TABLE person (email text CONSTRAINT one_person_each UNIQUE, age int NOT NULL CHECK (age > 0));
                INSERT INTO person VALUES ('\(Self.canary)', 1)
                """)
            let insert = "INSERT INTO person VALUES ($1, $2)"
            let unique = await postgresErrorOf {
                try await connection.query(insert, [.text(Self.canary), .int4(2)], name: "add person")
            }
            #expect(unique?.code == .server(.uniqueViolation))
            #expect(unique?.sqlState == .uniqueViolation)
            #expect(unique?.constraint == "one_person_each" && unique?.table == "person")
            #expect(unique?.isTransient == false)
            #expect("\(try #require(unique))".contains("SQLSTATE 23505, statement add person"))
            #expect("\(try #require(unique))".contains("ErrorTests.swift"))
            try expectSilence(unique)
            let notNull = await postgresErrorOf {
                try await connection.query(insert, [.text(Self.canary + "2"), .null])
            }
            #expect(notNull?.code == .server(.notNullViolation) && notNull?.column == "age")
            try expectSilence(notNull)
            let check = await postgresErrorOf {
                try await connection.query(insert, [.text(Self.canary + "3"), .int4(-1)])
            }
            #expect(check?.code == .server(.checkViolation))
            try expectSilence(check)
        }
    }

    @Test func messagesThatQuoteValuesAreWithheld() async throws {
        try await withConnection { connection, _ in
            try await connection.execute(
                """
                CREATE FUNCTION shout(word text) RETURNS void LANGUAGE plpgsql AS $$
                BEGIN RAISE unique_violation USING MESSAGE = 'got ' || word, DETAIL = word, HINT = word; END $$
                """)
            let quoting: [(String, SQLState)] = [
                ("SELECT $1::int", SQLState(rawValue: "22P02")), ("SELECT $1::jsonb", SQLState(rawValue: "22P02")),
                ("SELECT shout($1)", .uniqueViolation), ("SELECT $1::text::regclass", .undefinedTable),
                ("SELECT set_config('timezone', $1, true)", SQLState(rawValue: "22023")),
            ]
            for (sql, state) in quoting {
                let error = await postgresErrorOf { try await connection.query(sql, [.text(Self.canary)]) }
                #expect(error?.sqlState == state, "\(sql)")
                try expectSilence(error)
            }
        }
    }

    @Test func mistakesInTheSQLAreShownWithTheirPlace() async throws {
        try await withConnection { connection, _ in
            let typo = await postgresErrorOf { try await connection.execute("SELECT 1;\nSELEKT 2", name: "0003_x.sql") }
            #expect(typo?.message.contains("SELEKT") == true)
            #expect(typo?.position == 11)
            #expect(typo?.statement == "0003_x.sql")
            let absent = await postgresErrorOf { try await connection.query("SELECT * FROM nowhere") }
            #expect(absent?.code == .server(.undefinedTable))
            #expect(absent?.message.contains("nowhere") == true)
        }
    }

    @Test func noticesAreNotPrinted() async throws {
        // In a process of its own, because libpq would print on standard error behind Swift's back.
        let child = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            try await withConnection { connection, _ in
                try await connection.execute("DO $$ BEGIN RAISE WARNING 'canary of a notice'; END $$")
            }
        }
        let errors = String(decoding: try #require(child).standardErrorContent, as: UTF8.self)
        #expect(!errors.contains("canary"))
    }

    @Test func aRefusedConnectionSaysWhereAndNeverThePassword() async throws {
        let refused = await postgresErrorOf {
            _ = try await Connection.open(ConnectionSettings(url: "postgresql://app:canary@127.0.0.1:1/practice"))
        }
        #expect(refused?.code == .connectionFailed)
        #expect(refused?.isTransient == true)
        #expect(refused?.message.contains("database \"practice\" at 127.0.0.1:1") == true)
        #expect(refused?.message.contains("refused") == true)
        try expectSilence(refused)
        // libpq would print the part of the password behind the @ as a host.
        let misread = [
            "postgresql://app:s3/canary@127.0.0.1/db", "postgresql://app:s@canary@127.0.0.1/db",
            "postgresql://app:5432/canary@host/db", "host=127.0.0.1 password='canary", "postgresql://h/db?canary=1",
            "mysql://app:canary@h/db", "postgresql://app:canary@127.0.0.1:x/db", "canary", "postgresql://h/\0canary",
        ]
        for url in misread {
            let error = await postgresErrorOf { _ = try await Connection.open(ConnectionSettings(url: url)) }
            #expect(error?.code == .invalidSettings, "\(url)")
            try expectSilence(error)
        }
    }

    @Test func theServersRefusalKeepsItsSQLState() async throws {
        let server = try await PostgresCluster.sharedURL
        let url = try databaseURL(server, database: "no_such_database")
        let error = await postgresErrorOf { _ = try await Connection.open(ConnectionSettings(url: url)) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.sqlState == SQLState(rawValue: "3D000"))
        #expect(error?.isTransient == false)
        #expect(error?.message.contains("no_such_database") == true)
        #expect(error?.message.contains("LOCATION") == false)
    }

    @Test func settingsNeverPrintThePassword() {
        let settings = ConnectionSettings(url: "postgresql://app:canary@db.example.org:6432/practice?sslmode=require")
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [
            "\(settings)", String(reflecting: settings), dumped, "\(Optional(settings) as Any)", "\([settings])",
        ] {
            #expect(!text.contains("canary"), "\(text)")
            #expect(text.contains("database \"practice\" at db.example.org:6432"))
        }
        var bad = settings
        bad.statementTimeout = .zero
        #expect(throws: PostgresError.self) { try bad.validate() }
    }

    @Test func errorsCompareByCode() {
        #expect(SQLState.deadlockDetected.errorClass == "40")
        #expect(PostgresError.Code.server(.uniqueViolation) != .server(.checkViolation))
    }
}
