import Foundation
import TestSupport
import Testing

/// What `holdfast doctor --json` said.
struct Checkup {
    struct Line: Decodable, CustomStringConvertible {
        let check: String
        let verdict: String
        let finding: String
        let details: [String]
        let remedy: String?

        var description: String { "\(verdict) \(check): \(finding) \(details) mend: \(remedy ?? "-")" }
    }

    private struct Report: Decodable { let checks: [Line] }

    let lines: [Line]
    let status: Int32

    init(_ result: CommandResult) throws {
        #expect(result.errors.isEmpty, "\(result.errors)")
        // Nobody's address, no password and no token, whatever is wrong.
        #expect(!result.output.contains("@") && !result.output.contains("canary"), "\(result.output)")
        lines = try JSONDecoder().decode(Report.self, from: result.stdout).checks
        status = result.status
        for line in lines where line.verdict != "ok" {
            #expect(line.remedy != nil || line.finding.contains { ":;".contains($0) }, "no way to mend: \(line)")
        }
        #expect(status == (lines.contains { $0.verdict == "fail" } ? 1 : 0))
    }

    /// The line of a check.
    func line(_ check: String) throws -> Line {
        try #require(lines.first { $0.check == check }, "no line about \(check): \(lines.map(\.check))")
    }

    /// The verdict of a check and what it says, details and remedy included.
    func expect(
        _ check: String, _ verdict: String, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let line = try line(check)
        #expect(line.verdict == verdict, "\(line)", sourceLocation: sourceLocation)
        for text in texts { #expect(line.description.contains(text), "\(line)", sourceLocation: sourceLocation) }
    }
}

extension TestInstallation {
    /// Runs the doctor.
    func doctor(_ changes: [String: String?] = [:]) async throws -> Checkup {
        try Checkup(await run(["doctor", "--json"], changes))
    }

    /// A relay with a certificate of its own authority, and a login.
    func useProtectedRelay(
        _ certificate: (CertificateAuthority) throws -> CertificateAuthority.Leaf = {
            try $0.issue(for: "DNS:localhost", days: 90)
        }, password: String = "canary-Pa55"
    ) throws {
        let authority = try CertificateAuthority()
        keep(authority)
        let server = try SMTPServer.maildir(
            at: inbox.folder, tls: .starttls, certificate: certificate(authority), user: "canary-user",
            password: password)
        use(server)
        settings["HOLDFAST_SMTP_URL"] = "smtp://canary-user@localhost:\(server.port)"
        settings["HOLDFAST_SMTP_CA_FILE"] = authority.file
        let file = folder.appendingPathComponent("password")
        try Data("canary-Pa55\n".utf8).write(to: file)
        settings["HOLDFAST_SMTP_PASSWORD_FILE"] = file.path
    }

    /// Names a folder for the journal, with this mode, and returns its path.
    @discardableResult
    func makeJournal(mode: Int = 0o700) throws -> String {
        let path = folder.appendingPathComponent("journal").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
        settings["HOLDFAST_JOURNAL"] = path
        return path
    }

    /// Makes a role that may log in, and runs `body` with the database's address for it.
    func withRole(_ options: String, _ body: (_ role: String, _ url: String) async throws -> Void) async throws {
        let role = "role_\(UUID().uuidString.lowercased().prefix(8))"
        try await sql("CREATE ROLE \(role) LOGIN \(options)")
        var url = try #require(URLComponents(string: database))
        url.user = role
        let result: Result<Void, any Error>
        do { result = .success(try await body(role, url.string ?? "")) } catch { result = .failure(error) }
        try await sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        try result.get()
    }
}
