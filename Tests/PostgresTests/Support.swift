import Postgres
import TestSupport
import Testing

/// Leases a database and opens one connection to it.
func withConnection<Value>(
    _ adjust: (inout ConnectionSettings) -> Void = { _ in }, _ body: (Connection, String) async throws -> Value
) async throws -> Value {
    try await withDatabase { url in
        var settings = ConnectionSettings(url: url)
        adjust(&settings)
        let connection = try await Connection.open(settings)
        let value = try await body(connection, url)
        await connection.close()
        return value
    }
}

/// The error of a call that must fail.
func errorOf(_ body: () async throws -> Void) async -> (any Error)? {
    do { try await body() } catch { return error }
    return nil
}

/// The PostgresError of a call that must fail with one.
func postgresErrorOf(_ body: () async throws -> Void) async -> PostgresError? {
    await errorOf(body) as? PostgresError
}

/// The first column of a query's first row.
func scalar<Value: PostgresDecodable>(
    _ connection: Connection, _ sql: String, _ parameters: [Parameter] = [], as type: Value.Type
) async throws -> Value {
    let rows = try await connection.query(sql, parameters)
    return try #require(rows.first).decode(rows.columnNames[0], as: type)
}

/// Waits until a query on another connection returns true; gives up after ten seconds.
func eventually(_ connection: Connection, _ sql: String, _ parameters: [Parameter] = []) async throws -> Bool {
    for _ in 0..<1000 {
        if try await scalar(connection, sql, parameters, as: Bool.self) { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
