import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite("Installation")
struct InstallationTests {
    @Test("a fresh database belongs to nobody and is not served")
    func freshDatabaseIsNotServed() async throws {
        try await withHouse { house in
            let installation = try await Installation.read(house.connection)
            #expect(installation == Installation(environment: nil, isOriginal: false))
            #expect(throws: InstallationError.neverAdopted) { try installation.requireServable(by: "test") }
        }
    }

    @Test("an adopted database is served by its own environment and by no other, and who adopted it is on record")
    func adoptedDatabaseIsServed() async throws {
        try await withHouse { house in
            try await Installation.adopt(
                house.connection, environment: "staging", operator: "ada", reason: "first start")
            let installation = try await Installation.read(house.connection)
            #expect(installation == Installation(environment: "staging", isOriginal: true))
            try installation.requireServable(by: "staging")
            #expect(throws: InstallationError.otherEnvironment(database: "staging", configured: "prod")) {
                try installation.requireServable(by: "prod")
            }
            let audit = try await house.lines(
                "SELECT operator, target, reason FROM holdfast.audit WHERE action = 'adopt'")
            #expect(audit == [#"(ada,staging,"first start")"#])
        }
    }

    @Test("a copy of an adopted database is not served until somebody adopts it")
    func copyIsNotServed() async throws {
        try await withHouse { house in
            try await Installation.adopt(house.connection, environment: "prod", operator: "ada", reason: nil)
            let name = try #require(try await house.line("SELECT current_database()")).trimming("()")
            await house.connection.close()
            try await withDatabase(template: name) { url in
                try await lendConnection(to: url) { copy in
                    let installation = try await Installation.read(copy)
                    #expect(installation == Installation(environment: "prod", isOriginal: false))
                    #expect(throws: InstallationError.copy) { try installation.requireServable(by: "prod") }
                    try await Installation.adopt(copy, environment: "prod", operator: "ada", reason: "moved here")
                    try await Installation.read(copy).requireServable(by: "prod")
                }
            }
        }
    }

    @Test("an environment's name that no link could carry is refused, and nothing is recorded")
    func badEnvironmentIsRefused() async throws {
        try await withHouse { (house: House) async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await Installation.adopt(house.connection, environment: "Prod!", operator: "ada", reason: nil)
            }
            #expect(error?.sqlState == .checkViolation)
            #expect(try await house.count("holdfast.audit WHERE action = 'adopt'") == 0)
        }
    }

    @Test("every refusal names the way out")
    func refusalsNameTheWayOut() {
        let errors: [InstallationError] = [.neverAdopted, .otherEnvironment(database: "a", configured: "b"), .copy]
        #expect(errors.allSatisfy { $0.description.contains("holdfast adopt") })
    }
}

extension String {
    /// Without these characters at both ends.
    func trimming(_ characters: String) -> String {
        String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
    }
}
