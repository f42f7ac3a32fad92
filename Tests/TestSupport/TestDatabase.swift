import Foundation
import Postgres

/// Leases a database of its own to a test and drops it afterwards, whoever is still connected.
///
/// Safe in parallel tests. Without `TEST_DATABASE_URL` a private server is started once per process.
/// - Parameters:
///   - template: the database to copy; nobody may be connected to it meanwhile. Nil is PostgreSQL's `template1`.
///   - body: gets the superuser's address of the new database.
/// - Throws: what `body` throws, or why there is no database.
package func withDatabase<Value>(
    template: String? = nil, _ body: (String) async throws -> Value
) async throws -> Value {
    let server = try await PostgresCluster.sharedURL
    let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
    let source = template.map { " TEMPLATE \"\($0)\"" } ?? ""
    try await administer(server, "CREATE DATABASE \(name)\(source)")
    let result: Result<Value, any Error>
    do { result = .success(try await body(try databaseURL(server, database: name))) } catch { result = .failure(error) }
    // A task of its own, because the test's may be cancelled by its time limit.
    try await Task.detached { try await administer(server, "DROP DATABASE \(name) WITH (FORCE)") }.value
    return try result.get()
}

/// Creates an empty database and keeps it for the process's whole life, to serve as a template for `withDatabase`.
/// - Parameters:
///   - name: constant for each purpose; an earlier database of that name is dropped first.
///   - prepare: fills it, and closes its connections before it returns.
package func makeTemplate(_ name: String, _ prepare: (String) async throws -> Void) async throws {
    let server = try await PostgresCluster.sharedURL
    try await administer(server, "DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)")
    try await administer(server, "CREATE DATABASE \"\(name)\"")
    try await prepare(try databaseURL(server, database: name))
}

/// Runs SQL with the real psql and returns what it prints: unaligned rows without headings.
/// - Throws: `TestSupportError` with psql's message when a statement fails.
@discardableResult
package func psql(_ url: String, _ sql: String) async throws -> String {
    let result = try await run("psql", ["-v", "ON_ERROR_STOP=1", "-qAtX", "-d", url], stdin: Data(sql.utf8))
    guard result.status == 0 else { throw TestSupportError("psql: \(result.errors)") }
    return result.output.trimmingCharacters(in: .newlines)
}

/// The same server's address with another database.
/// - Throws: `TestSupportError` when the address is no URI.
package func databaseURL(_ server: String, database: String) throws -> String {
    guard var components = URLComponents(string: server), components.scheme?.hasPrefix("postgres") == true else {
        throw TestSupportError("TEST_DATABASE_URL must be a postgresql:// URI")
    }
    components.path = "/\(database)"
    return components.string ?? server
}

private func administer(_ server: String, _ sql: String) async throws {
    var settings = ConnectionSettings(url: server, applicationName: "holdfast tests")
    settings.statementTimeout = .seconds(120)
    let connection = try await Connection.open(settings)
    do { try await connection.execute(sql) } catch {
        await connection.close()
        throw error
    }
    await connection.close()
}
