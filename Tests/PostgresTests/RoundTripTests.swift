import Foundation
import Postgres
import Testing

@Suite struct RoundTripTests {
    /// Sends the parameter, reads it back, and has the server compare it with SQL's own idea of the value.
    private func check<Value: PostgresDecodable & Equatable>(
        _ connection: Connection, _ value: Value, _ parameter: Parameter, sql: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let rows = try await connection.query("SELECT $1 AS v, $1 IS NOT DISTINCT FROM \(sql) AS same", [parameter])
        #expect(try rows[0].decode("v", as: Value.self) == value, sourceLocation: sourceLocation)
        #expect(try rows[0].decode("same", as: Bool.self), "\(sql)", sourceLocation: sourceLocation)
    }

    @Test func scalars() async throws {
        try await withConnection { connection, _ in
            try await check(connection, true, .bool(true), sql: "true")
            try await check(connection, Int16.min, .int2(.min), sql: "'-32768'::int2")
            try await check(connection, Int32.max, .int4(.max), sql: "2147483647")
            try await check(connection, Int64.min, .int8(.min), sql: "'-9223372036854775808'::int8")
            try await check(connection, 0.1, .double(0.1), sql: "0.1::float8")
            try await check(connection, -Double.infinity, .double(-.infinity), sql: "'-Infinity'::float8")
            try await check(connection, "", .text(""), sql: "''")
            try await check(
                connection, "李小龍 🇺🇳 e\u{301}\r\n\"'\\", .text("李小龍 🇺🇳 e\u{301}\r\n\"'\\"),
                sql: "'李小龍 🇺🇳 e\u{301}' || E'\\r\\n\"\\'\\\\'")
            let id = try #require(UUID(uuidString: "0190B3C2-7A11-7F00-8000-00000000FFFF"))
            try await check(connection, id, .uuid(id), sql: "'0190b3c2-7a11-7f00-8000-00000000ffff'::uuid")
            let bytes = (0...255).map { UInt8($0) }
            try await check(
                connection, bytes, .bytea(bytes),
                sql: "(SELECT string_agg(set_byte('\\x00', 0, n), ''::bytea ORDER BY n) FROM generate_series(0, 255) n)"
            )
            try await check(connection, [UInt8](), .bytea([]), sql: "''::bytea")
            try await check(connection, #"{"a": [1, "é"]}"#, .jsonb(#"{"a":[1,"é"]}"#), sql: #"'{"a":[1,"é"]}'::jsonb"#)
        }
    }

    @Test func times() async throws {
        try await withConnection { connection, _ in
            let instant = Date(timeIntervalSince1970: 1_790_000_000.123456)
            try await check(connection, instant, .timestamptz(instant), sql: "to_timestamp(1790000000.123456::numeric)")
            let early = Date(timeIntervalSince1970: -62_135_596_799)
            try await check(connection, early, .timestamptz(early), sql: "'0001-01-01 00:00:01Z'::timestamptz")
            try await check(
                connection, Date.distantFuture, .timestamptz(.distantFuture), sql: "'infinity'::timestamptz")
            try await check(connection, Date.distantPast, .timestamptz(.distantPast), sql: "'-infinity'::timestamptz")
            let last = Date(timeIntervalSince1970: 9_224_318_015_999)
            try await check(connection, last, .timestamptz(last), sql: "'294276-12-31 23:59:59Z'::timestamptz")
            try await check(
                connection, Duration.milliseconds(-1500), .interval(.milliseconds(-1500)), sql: "'-1.5 s'::interval")
            try await check(
                connection, Duration.seconds(172_800), .interval(.seconds(172_800)), sql: "'48 hours'::interval")
            let days = try await connection.query("SELECT '2 days 1 second'::interval AS v, '1 month'::interval AS m")
            #expect(try days[0].decode("v", as: Duration.self) == .seconds(172_801))
            #expect(throws: PostgresError.self) { try days[0].decode("m", as: Duration.self) }
        }
    }

    @Test func arrays() async throws {
        try await withConnection { connection, _ in
            try await check(connection, [Int64](), .int8Array([]), sql: "'{}'::int8[]")
            try await check(
                connection, [.min, 0, .max] as [Int64], .int8Array([.min, 0, .max]),
                sql: "ARRAY['-9223372036854775808', '0', '9223372036854775807']::int8[]")
            try await check(
                connection, ["a", nil, "", "ñ,\"{"], .textArray(["a", nil, "", "ñ,\"{"]),
                sql: "ARRAY['a', NULL, '', 'ñ,\"{']")
            try await check(connection, [nil] as [String?], .textArray([nil]), sql: "ARRAY[NULL]::text[]")
            try await check(
                connection, [true, nil, false], .boolArray([true, nil, false]), sql: "ARRAY[true, NULL, false]")
            try await check(connection, [1, -1] as [Int16], .int2Array([1, -1]), sql: "ARRAY[1, -1]::int2[]")
            try await check(connection, [1, nil] as [Int32?], .int4Array([1, nil]), sql: "ARRAY[1, NULL]::int4[]")
            let id = UUID()
            try await check(connection, [id], .uuidArray([id]), sql: "ARRAY['\(id)']::uuid[]")
            try await check(
                connection, [.distantFuture, nil] as [Date?], .timestamptzArray([.distantFuture, nil]),
                sql: "ARRAY['infinity', NULL]::timestamptz[]")
            try await check(
                connection, [.seconds(1), .zero] as [Duration], .intervalArray([.seconds(1), .zero]),
                sql: "ARRAY['1 s', '0']::interval[]")
            let names = try await connection.query("SELECT ARRAY['x'::name] AS v")
            #expect(try names[0].decode("v", as: [String].self) == ["x"])
        }
    }

    @Test func nullsEnumsAndManyTypes() async throws {
        try await withConnection { connection, _ in
            try await connection.execute(
                "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TABLE t (id int, m mood, n text)")
            let inserted = try await connection.query(
                "INSERT INTO t SELECT n, $1::text::mood, $2 FROM generate_series(1, 3) n", [.text("sad"), .null])
            #expect(inserted.affectedRows == 3)
            #expect(inserted.isEmpty)
            let rows = try await connection.query("SELECT m, n, 5::oid AS o, 'x'::varchar AS v, '{}'::json AS j FROM t")
            #expect(rows.count == 3)
            #expect(rows.affectedRows == 3)
            #expect(try rows.map { try $0.decode("m", as: String.self) } == ["sad", "sad", "sad"])
            #expect(try rows[2].decodeIfPresent("n", as: String.self) == nil)
            #expect(try rows[0].decode("o", as: Int64.self) == 5)
            #expect(try rows[0].decode("v") == "x")
            #expect(try rows[0].decode("j") == "{}")
            let optional = Parameter.optional(nil as Int64?, Parameter.int8)
            let missing = try await connection.query("SELECT $1::int8 AS v", [optional])
            #expect(try missing[0].decodeIfPresent("v", as: Int.self) == nil)
        }
    }

    @Test func aMegabyteOfText() async throws {
        try await withConnection { connection, _ in
            let text = String(repeating: "Zoë 李 ", count: 125_000)
            #expect(text.utf8.count > 1_000_000)
            let rows = try await connection.query("SELECT $1 AS v, octet_length($1) AS n, md5($1) AS m", [.text(text)])
            #expect(try rows[0].decode("v", as: String.self) == text)
            #expect(try rows[0].decode("n", as: Int.self) == text.utf8.count)
        }
    }

    @Test func whatCannotBeSentIsRefusedBeforehand() async throws {
        try await withConnection({ $0.maximumParameterBytes = 100 }) { connection, _ in
            let refused: [Parameter] = [
                .text("a\0b"), .jsonb("\0"), .textArray(["x", "y\0"]), .text(String(repeating: "x", count: 101)),
                .timestamptz(Date(timeIntervalSince1970: 1e15)), .timestamptz(Date(timeIntervalSince1970: .nan)),
                .interval(.seconds(Int64.max)), .timestamptzArray([Date(timeIntervalSince1970: -1e15)]),
            ]
            for parameter in refused {
                let error = await postgresErrorOf {
                    try await connection.query("SELECT $1", [.int8(1), parameter], name: "p")
                }
                #expect(error?.code == .invalidParameter, "\(parameter)")
                #expect(error?.message.contains("$2") == true)
                #expect(error?.statement == "p")
            }
            let many = [Parameter](repeating: .bool(true), count: 65_536)
            #expect(await postgresErrorOf { try await connection.query("SELECT 1", many) }?.code == .invalidParameter)
            #expect(await postgresErrorOf { try await connection.query("SELECT 1\0") }?.code == .invalidParameter)
            #expect(await postgresErrorOf { try await connection.execute("SELECT 1\0") }?.code == .invalidParameter)
            let stillWorks = try await scalar(connection, "SELECT 1", as: Int.self)
            #expect(stillWorks == 1)
        }
    }

    @Test func decodingFailuresNameTheColumnAndNotTheValue() async throws {
        try await withConnection { connection, _ in
            let rows = try await connection.query(
                """
                SELECT 'canary' AS t, NULL::int8 AS n, 3.14 AS d, ROW(1, 'canary') AS r, ARRAY[[1],[2]] AS a,
                    7::int8 AS i
                """,
                name: "shapes")
            func failure<Value: PostgresDecodable>(_ column: String, _ type: Value.Type) -> PostgresError? {
                do throws(PostgresError) { _ = try rows[0].decode(column, as: type) } catch { return error }
                return nil
            }
            #expect(failure("t", Int64.self)?.code == .decoding(.wrongType))
            #expect(failure("t", [String].self)?.code == .decoding(.wrongType))
            #expect(failure("n", Int64.self)?.code == .decoding(.unexpectedNull))
            #expect(failure("d", Double.self)?.code == .decoding(.wrongType))
            #expect(failure("i", Int32.self)?.code == .decoding(.wrongType))
            #expect(failure("r", String.self)?.code == .decoding(.wrongType))
            #expect(failure("a", [Int32].self)?.code == .decoding(.malformed))
            #expect(failure("absent", Int.self)?.code == .decoding(.unknownColumn))
            let error = try #require(failure("t", Int64.self))
            #expect(error.column == "t" && error.statement == "shapes")
            #expect(error.callSite?.contains("RoundTripTests.swift") == true)
            #expect(!"\(error)".contains("canary"))
        }
    }

    @Test func invalidUTF8FromTheServerIsAnError() async throws {
        try await withConnection { connection, _ in
            // A composite type of our own has an OID that could also be an enum's; its bytes are no text.
            try await connection.execute("CREATE TYPE pair AS (a int, b bytea)")
            let rows = try await connection.query("SELECT ROW(16909060, '\\xff')::pair AS v")
            let error = await postgresErrorOf { _ = try rows[0].decode("v", as: String.self) }
            #expect(error?.code == .decoding(.invalidText))
        }
    }
}
