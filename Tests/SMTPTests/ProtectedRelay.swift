import Foundation
import TestSupport

/// A scripted relay with a certificate and an account, and a client that uses both.
struct ProtectedRelay {
    static let user = "canary-user@practice.test"
    static let password = "canary-Pa55-wörd"

    let server: SMTPServer
    let authority: CertificateAuthority
    /// The client, with the account where TLS protects it.
    let client: CutClient

    init(_ tls: RelayScenario.TLS, _ change: (inout RelayScenario) -> Void = { _ in }) throws {
        authority = try CertificateAuthority()
        let leaf = try authority.issue(for: "IP:127.0.0.1")
        var scenario = RelayScenario()
        scenario.tls = tls
        scenario.certificate = leaf.certificate
        scenario.key = leaf.key
        if tls == .starttls { scenario.capabilities = ["STARTTLS"] }
        if tls != .none { scenario.capabilitiesAfterTLS = ["PIPELINING", "SIZE 10240000", "AUTH PLAIN LOGIN"] }
        scenario.user = Self.user
        scenario.password = Self.password
        change(&scenario)
        server = try SMTPServer.scripted(scenario)
        client =
            tls == .none
            ? CutClient(relayPort: server.port)
            : CutClient(
                relayPort: server.port, scheme: tls == .implicit ? "smtps" : "smtp", caFile: authority.file,
                user: Self.user.replacingOccurrences(of: "@", with: "%40"), password: Self.password)
    }
}
