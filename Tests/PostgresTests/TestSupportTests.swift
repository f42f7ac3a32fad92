import Foundation
import Postgres
import TestSupport
import Testing

/// The tools the other tests stand on.
@Suite struct TestSupportTests {
    @Test func commandsNeverBlockOnFullPipes() async throws {
        let input = Data(repeating: 0x61, count: 3_000_000)
        let result = try await run("sh", ["-c", "tee /dev/stderr; exit 7"], stdin: input)
        #expect(result.status == 7)
        #expect(result.stdout == input && result.stderr == input)
        let environment = try await run("sh", ["-c", "printf %s \"$GREETING\""], environment: ["GREETING": "hé"])
        #expect(environment.output == "hé")
        #expect(try await run("sh", ["-c", "kill -9 $$"]).status == 137)
        await #expect(throws: TestSupportError.self) { try await run("no-such-command-anywhere") }
    }

    @Test func databasesAreCopiedFromTheirTemplateAndDropped() async throws {
        try await makeTemplate("template_of_test_support") { url in
            let output = try await psql(url, "CREATE TABLE seed (id int); INSERT INTO seed VALUES (42)")
            #expect(output.isEmpty)
        }
        let name = try await withDatabase(template: "template_of_test_support") { url in
            #expect(try await psql(url, "SELECT id FROM seed") == "42")
            await #expect(throws: TestSupportError.self) { try await psql(url, "SELECT 1/0; SELECT 2") }
            return try await psql(url, "SELECT current_database()")
        }
        let server = try await PostgresCluster.sharedURL
        #expect(try await psql(server, "SELECT count(*) FROM pg_database WHERE datname = '\(name)'") == "0")
        try await psql(server, "DROP DATABASE template_of_test_support")
    }

    @Test func aPrivateServerDiesWithItsOwner() async throws {
        // Dropping the cluster closes its pipe, which is what the end of a test process does.
        var cluster: PostgresCluster? = try await PostgresCluster.launch()
        let url = try #require(await cluster?.url)
        let folder = try #require(url.split(separator: "=").last.map(String.init))
        #expect(try await psql(url, "SELECT 1") == "1")
        #expect(FileManager.default.fileExists(atPath: folder))
        cluster = nil
        for _ in 0..<500 where FileManager.default.fileExists(atPath: folder) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
