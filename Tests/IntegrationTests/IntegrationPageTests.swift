import Foundation
import TestSupport
import Testing

/// `deploy/integration.md` is run, in its order and with the application's rights, and held to the schema.
@Suite("The page for applications")
struct IntegrationPageTests {
    @Test("every example does what the page says it prints")
    func examples() async throws {
        try await withInstallation { installation in
            try await installation.grantRoles()
            let examples = try IntegrationPage.read().examples
            #expect(Set(examples.map(\.language)) == ["sql", "python", "php"])
            for example in examples {
                let link = try await example.purpose.asyncMap { try await installation.link($0) }
                #expect(try await installation.run(example, link: link) == example.output, "\(example.text)")
            }
        }
    }

    @Test("it names every column of every table, every function of the application, and every refusal")
    func completeness() async throws {
        try await withInstallation { installation in
            try await installation.grantRoles()
            let page = try IntegrationPage.read()
            let columns = try await installation.sql(
                "SELECT table_name || ' ' || column_name FROM information_schema.columns WHERE table_schema = 'booking' ORDER BY 1"
            )
            for line in columns.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                #expect(page.section(of: words[0]).contains("`\(words[1])`"), "\(line)")
            }
            let functions = try await installation.sql(
                """
                SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'holdfast'::regnamespace
                AND has_function_privilege('holdfast_application', p.oid, 'EXECUTE') ORDER BY 1
                """)
            #expect(functions.split(separator: "\n").count == 7)
            for name in functions.split(separator: "\n") {
                #expect(page.text.contains("| `holdfast.\(name)("), "\(name)")
            }
            for code in try IntegrationPage.refusals() { #expect(page.text.contains("`\(code)`"), "\(code)") }
        }
    }
}

/// The page, and what it shows.
private struct IntegrationPage {
    /// A block of code, and the block of text behind it that says what it prints.
    struct Example {
        let language: String
        /// Whose link it is given; nil when it needs none.
        let purpose: String?
        let text: String
        var output = ""
    }

    let text: String

    static func read() throws -> IntegrationPage {
        let file = TestInstallation.repository.appendingPathComponent("deploy/integration.md")
        return IntegrationPage(text: try String(contentsOf: file, encoding: .utf8))
    }

    var examples: [Example] {
        var found: [Example] = []
        for block in text.split(separator: "\n```", omittingEmptySubsequences: false).enumerated()
        where block.offset % 2 == 1 {
            let head = block.element.prefix { $0 != "\n" }.split(separator: " ").map(String.init)
            let body = String(block.element.drop { $0 != "\n" }.dropFirst())
            if head.first == "text" {
                found[found.count - 1].output = body
            } else {
                found.append(Example(language: head.first ?? "", purpose: head.dropFirst().first, text: body))
            }
        }
        return found
    }

    /// What the page says of a table.
    func section(of table: String) -> Substring {
        guard let start = text.range(of: "`booking.\(table)`", options: .backwards) else { return "" }
        return text[start.lowerBound...].prefix(
            upTo: text.range(of: "\n\n", range: start.upperBound..<text.endIndex)?.lowerBound ?? text.endIndex)
    }

    /// Every SQLSTATE that a step of the schema raises.
    static func refusals() throws -> Set<String> {
        let folder = TestInstallation.repository.appendingPathComponent("Sources/Outbox/Migrations")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.reduce(into: []) { codes, file in
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /'((?:BK|HF)[0-9]{3})'/) {
                codes.insert(String(match.1))
            }
        }
    }
}

extension TestInstallation {
    fileprivate func grantRoles() async throws {
        let script = Self.repository.appendingPathComponent("deploy/roles.sql").path
        let result = try await TestSupport.run("psql", ["-qX", "-d", database, "-f", script])
        guard result.status == 0 else { throw TestSupportError("roles.sql: \(result.errors)") }
    }

    /// A link as a letter would carry it, of the newest subject it could be about.
    fileprivate func link(_ purpose: String) async throws -> String {
        let subject =
            switch purpose {
            case "rsv":
                "SELECT id, link_gen FROM booking.reservation WHERE state = 'pending' ORDER BY created_at DESC LIMIT 1"
            case "appt":
                "SELECT id, link_gen FROM booking.reservation WHERE state = 'confirmed' ORDER BY created_at DESC LIMIT 1"
            case "inv":
                """
                INSERT INTO booking.invitation (provider_id, name, email, tz)
                SELECT id, 'Ngozi Okafor', 'ngozi@example.org', 'Africa/Lagos' FROM booking.provider RETURNING id, 1
                """
            default: "SELECT id, link_gen FROM booking.client"
            }
        return try await sql(
            """
            WITH subject(id, gen) AS (\(subject))
            INSERT INTO holdfast.link (jti, job_id, purpose, subject_id, gen, kid, issued_at, expires_at, kind)
            SELECT gen_random_uuid(), nextval('holdfast.job_id_seq'), '\(purpose)', s.id, s.gen, k.kid, now(), now() + interval '2 days', 'task.digest'
            FROM subject s, holdfast.signing_key k RETURNING jti
            """)
    }

    /// Runs an example as the application would; returns what it prints.
    fileprivate func run(_ example: IntegrationPage.Example, link: String?) async throws -> String {
        let url = "\(database)\(database.contains("?") ? "&" : "?")options=-c%20role%3Dholdfast_application"
        let environment = ProcessInfo.processInfo.environment.merging(["DATABASE_URL": url, "JTI": link ?? ""]) { $1 }
        let (program, arguments) =
            switch example.language {
            case "python": (environment["TEST_PYTHON"] ?? "/usr/bin/python3", ["-"])
            case "php": ("php", [])
            default: ("psql", ["-qAtX", "-v", "ON_ERROR_STOP=1", "-v", "jti=\(link ?? "")", "-d", url])
            }
        let result = try await TestSupport.run(
            program, arguments, environment: environment, stdin: Data(example.text.utf8))
        guard result.status == 0 else {
            throw TestSupportError("an example of the page failed: \(result.errors)\n\(example.text)")
        }
        return result.output.trimmingCharacters(in: .newlines)
    }
}

extension Optional where Wrapped: Sendable {
    /// Does something that takes time with the value, if there is one.
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async throws -> Value? {
        if let self { try await body(self) } else { nil }
    }
}
