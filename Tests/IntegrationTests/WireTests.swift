import Foundation
import TestSupport
import Testing

/// What somebody between the worker and its relay can read, from a recording of the wire.
@Suite struct WireTests {
    private static let password = "canary-Pa55-word"
    private static let canaries = [
        "canary-recipient@example.org", "Canary Clientname", "bookings@example.org", "Subject:", "/rsv/v4.public.",
    ]

    @Test("On plaintext loopback a recording shows the name, the address, the subject and the link")
    func plaintext() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            let wire = try WireCutter(to: server.port)
            site.use(server)
            site.settings["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:\(wire.port)"
            try await send(site)
            let recording = wire.finish()
            for canary in Self.canaries { #expect(recording.reveals(canary), "\(canary)") }
        }
    }

    @Test(
        "Under TLS a recording shows none of it, nor the password",
        arguments: [RelayScenario.TLS.starttls, .implicit])
    func underTLS(_ tls: RelayScenario.TLS) async throws {
        try await withInstallation { site in
            let authority = try CertificateAuthority()
            let server = try SMTPServer.maildir(
                at: site.inbox.folder, tls: tls, certificate: authority.issue(for: "DNS:localhost"), user: "holdfast",
                password: Self.password)
            let wire = try WireCutter(to: server.port)
            site.use(server)
            site.keep(authority)
            let file = site.folder.appendingPathComponent("password")
            try Data(Self.password.utf8).write(to: file)
            let scheme = tls == .implicit ? "smtps" : "smtp"
            site.settings["HOLDFAST_SMTP_URL"] = "\(scheme)://holdfast@localhost:\(wire.port)"
            site.settings["HOLDFAST_SMTP_CA_FILE"] = authority.file
            site.settings["HOLDFAST_SMTP_PASSWORD_FILE"] = file.path
            try await send(site)
            #expect(try await site.inbox.messages().map(\.toAddress) == ["canary-recipient@example.org"])
            let recording = wire.finish()
            #expect(recording.replies.count > 1000)
            for canary in Self.canaries + [Self.password, "MAIL FROM", "AUTH"] {
                #expect(!recording.reveals(canary), "\(canary)")
            }
        }
    }

    private func send(_ site: TestInstallation) async throws {
        try await site.reserve("Canary Clientname", "canary-recipient@example.org")
        try await site.drain()
        #expect(try await site.history().map(\.outcome) == ["sent"])
    }
}
