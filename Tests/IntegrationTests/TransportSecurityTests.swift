import Foundation
import TestSupport
import Testing

/// TLS and login, against servers with certificates of a self-made authority.
@Suite struct TransportSecurityTests {
    private static let password = "canary-Pa55-wörd"

    @Test(
        "STARTTLS and AUTH to a real server: the letter arrives and history names the protection",
        arguments: [RelayScenario.TLS.starttls, .implicit])
    func realServer(_ tls: RelayScenario.TLS) async throws {
        try await withInstallation { site in
            let authority = try CertificateAuthority()
            let server = try SMTPServer.maildir(
                at: site.inbox.folder, tls: tls, certificate: authority.issue(for: "DNS:localhost"), user: "holdfast",
                password: Self.password)
            try site.use(
                server, scheme: tls == .implicit ? "smtps" : "smtp", authority: authority, password: Self.password)
            try await site.reserve("Well Protected", "protected@example.org")
            try await site.drain()
            #expect(try await site.inbox.messages().map(\.toAddress) == ["protected@example.org"])
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["sent"])
            #expect(history.first?.tls?.hasPrefix("TLSv1.") == true)
        }
    }

    @Test("A server that knows only AUTH LOGIN is logged in to")
    func login() async throws {
        try await withInstallation { site in
            let authority = try CertificateAuthority()
            let server = try SMTPServer.scripted(
                .protected(by: try authority.issue(for: "DNS:localhost"), mechanisms: "LOGIN", password: Self.password))
            try site.use(server, authority: authority, password: Self.password)
            try await site.reserve("Log In", "login@example.org")
            try await site.drain()
            try await server.catchUp()
            #expect(server.messageIDs.count == 1)
            #expect(server.commands.contains { $0.hasPrefix("AUTH LOGIN") })
        }
    }

    @Test("A wrong password ends the worker at its start, and the job waits")
    func wrongPassword() async throws {
        try await withInstallation { site in
            let authority = try CertificateAuthority()
            let server = try SMTPServer.maildir(
                at: site.inbox.folder, tls: .starttls, certificate: authority.issue(for: "DNS:localhost"),
                user: "holdfast",
                password: "another one")
            try site.use(server, authority: authority, password: Self.password)
            try await site.refuses(
                "The relay smtp://localhost:\(server.port) refused the login (reply 535 5.7.8); "
                    + "check the user in HOLDFAST_SMTP_URL and HOLDFAST_SMTP_PASSWORD_FILE.")
        }
    }

    @Test(
        "A certificate of an authority that nobody trusts ends the worker at its start, and the job waits",
        arguments: ["smtp", "smtps"])
    func unknownAuthority(_ scheme: String) async throws {
        try await withInstallation { site in
            let stranger = try CertificateAuthority()
            site.keep(stranger)
            let server = try SMTPServer.maildir(
                at: site.inbox.folder, tls: scheme == "smtps" ? .implicit : .starttls,
                certificate: stranger.issue(for: "DNS:localhost"), user: "holdfast", password: Self.password)
            try site.use(server, scheme: scheme, authority: CertificateAuthority(), password: Self.password)
            try await site.refuses(untrusted(server, scheme: scheme))
        }
    }

    @Test("A certificate for another host ends the worker at its start, and the job waits")
    func anotherHost() async throws {
        try await withInstallation { site in
            let authority = try CertificateAuthority()
            let server = try SMTPServer.maildir(
                at: site.inbox.folder, tls: .starttls, certificate: authority.issue(for: "DNS:mail.example.org"),
                user: "holdfast",
                password: Self.password)
            try site.use(server, authority: authority, password: Self.password)
            try await site.refuses(untrusted(server))
        }
    }

    @Test("A server without STARTTLS where TLS is required ends the worker at its start, and the job waits")
    func noStartTLS() async throws {
        try await withInstallation { site in
            let authority = try CertificateAuthority()
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            site.keep(authority)
            site.settings["HOLDFAST_SMTP_URL"] = "smtp://localhost:\(server.port)"
            site.settings["HOLDFAST_SMTP_CA_FILE"] = authority.file
            try await site.refuses(
                "The relay smtp://localhost:\(server.port) does not offer STARTTLS, which is required; "
                    + "check scheme and port in HOLDFAST_SMTP_URL.")
        }
    }

    private func untrusted(_ server: SMTPServer, scheme: String = "smtp") -> String {
        "The certificate of the relay \(scheme)://localhost:\(server.port) is not trusted or names another host; "
            + "check the host in HOLDFAST_SMTP_URL and the authorities in HOLDFAST_SMTP_CA_FILE."
    }
}

extension RelayScenario {
    /// STARTTLS, then a login with one of `mechanisms`.
    fileprivate static func protected(
        by leaf: CertificateAuthority.Leaf, mechanisms: String, password: String
    ) -> RelayScenario {
        var scenario = RelayScenario()
        scenario.tls = .starttls
        scenario.certificate = leaf.certificate
        scenario.key = leaf.key
        scenario.user = "holdfast"
        scenario.password = password
        scenario.capabilities = ["STARTTLS", "PIPELINING"]
        scenario.capabilitiesAfterTLS = ["PIPELINING", "AUTH \(mechanisms)"]
        return scenario
    }
}

extension TestInstallation {
    /// Sends to a protected server, as the user `holdfast`, and trusts this authority alone.
    fileprivate func use(
        _ server: SMTPServer, scheme: String = "smtp", authority: CertificateAuthority, password: String
    ) throws {
        use(server)
        keep(authority)
        settings["HOLDFAST_SMTP_URL"] = "\(scheme)://holdfast@localhost:\(server.port)"
        settings["HOLDFAST_SMTP_CA_FILE"] = authority.file
        let file = folder.appendingPathComponent("password")
        try Data("\(password)\n".utf8).write(to: file)
        settings["HOLDFAST_SMTP_PASSWORD_FILE"] = file.path
        secrets.append(password)
    }

    /// Expects that a worker says this one sentence and ends, and that a job stays as it was.
    fileprivate func refuses(_ sentence: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await reserve("Pat Ient", "patient@example.org")
        let result = try await run(["worker"])
        #expect(result.status == 78, sourceLocation: sourceLocation)
        #expect(result.errors == "holdfast: \(sentence)\n", sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
        let jobs = try await jobs()
        #expect(jobs.map(\.state) == ["ready"] && jobs.first?.attempts == 0, sourceLocation: sourceLocation)
        #expect(try await history().isEmpty, sourceLocation: sourceLocation)
        #expect(inbox.files.isEmpty, sourceLocation: sourceLocation)
    }
}
