import Foundation
import SMTP
import TestSupport
import Testing

/// Relays that want to see this client's certificate.
@Suite struct ClientCertificateTests {
    private let authority: CertificateAuthority
    private let server: CertificateAuthority.Leaf

    init() throws {
        authority = try CertificateAuthority()
        server = try authority.issue(for: "IP:127.0.0.1")
    }

    private func relay(
        _ scheme: String, _ certificate: CertificateAuthority.Leaf?, user: String? = nil, at port: Int
    ) throws -> Relay {
        try Relay(
            url: "\(scheme)://\(user.map { "\($0)@" } ?? "")127.0.0.1:\(port)", password: nil,
            clientCertificate: certificate.map {
                try ClientCertificate(certificateFile: $0.certificate, keyFile: $0.key)
            },
            caFile: authority.file, ehloName: "client.test")
    }

    private func demanding(_ scheme: String, _ change: (inout RelayScenario) -> Void = { _ in }) throws -> SMTPServer {
        var scenario = RelayScenario()
        scenario.tls = scheme == "smtps" ? .implicit : .starttls
        scenario.certificate = server.certificate
        scenario.key = server.key
        scenario.clientAuthority = authority.file
        if scheme == "smtp" { scenario.capabilities = ["STARTTLS"] }
        scenario.capabilitiesAfterTLS = ["PIPELINING", "AUTH EXTERNAL PLAIN"]
        scenario.user = "me"
        scenario.password = ""
        change(&scenario)
        return try SMTPServer.scripted(scenario)
    }

    @Test(arguments: ["smtp", "smtps"]) func isShown(_ scheme: String) throws {
        let server = try demanding(scheme)
        var session = try Session.open(
            relay(scheme, authority.issue(for: "DNS:client.test"), at: server.port), timers: patientTimers())
        let verdict = session.deliver(envelope, message).verdict
        #expect(verdict == .accepted)
        server.await("message")
        #expect(!server.commands.contains { $0.hasPrefix("AUTH") })
    }

    @Test func withAUserItIsTheLogin() throws {
        let server = try demanding("smtp")
        var session = try Session.open(
            relay("smtp", authority.issue(for: "DNS:client.test"), user: "me", at: server.port),
            timers: patientTimers())
        let verdict = session.deliver(envelope, message).verdict
        #expect(verdict == .accepted)
        server.await("message")
        #expect(server.commands.contains("AUTH EXTERNAL bWU="))
    }

    @Test func aRelayWithoutEXTERNALIsNamed() throws {
        let server = try demanding("smtp") { $0.capabilitiesAfterTLS = ["AUTH PLAIN"] }
        let error = failure(
            try relay("smtp", authority.issue(for: "DNS:client.test"), user: "me", at: server.port),
            timers: patientTimers())
        #expect(error?.code == .authUnavailable)
        #expect(error?.description.contains("EXTERNAL") == true)
    }

    @Test(arguments: ["smtp", "smtps"]) func aStrangersIsTheRelaysTrouble(_ scheme: String) throws {
        let server = try demanding(scheme)
        let stranger = try CertificateAuthority()
        let certificate = try stranger.issue(for: "DNS:client.test")
        let error = failure(try relay(scheme, certificate, at: server.port), timers: patientTimers())
        #expect(error?.scope == .relay)
        #expect(error?.description.contains("HOLDFAST_SMTP_CLIENT_CERT_FILE") == true, "\(String(describing: error))")
    }

    @Test(arguments: ["smtp", "smtps"]) func withoutOneNothingIsSent(_ scheme: String) throws {
        let server = try demanding(scheme)
        #expect(failure(try relay(scheme, nil, at: server.port), timers: patientTimers()) != nil)
        server.await("closed")
        #expect(!server.commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test func garbageIsNamed() throws {
        let leaf = try authority.issue(for: "DNS:client.test")
        try Data("nothing here\n".utf8).write(to: URL(fileURLWithPath: leaf.certificate))
        let server = try demanding("smtps")
        let relay = try relay("smtps", leaf, at: server.port)
        let error = withExtendedLifetime(server) { failure(relay, timers: patientTimers()) }
        #expect(error?.code == .clientCertificateUnusable)
        #expect(error?.description.contains("HOLDFAST_SMTP_CLIENT_CERT_FILE") == true)
    }

    @Test func filesAreLookedAtFirst() throws {
        let leaf = try authority.issue(for: "DNS:client.test")
        func refusal(_ certificate: String, _ key: String) -> RelaySettingsError.Code? {
            do throws(RelaySettingsError) {
                _ = try ClientCertificate(certificateFile: certificate, keyFile: key)
                return nil
            } catch { return error.code }
        }
        #expect(refusal(leaf.certificate, leaf.key) == nil)
        #expect(refusal("/nowhere", leaf.key) == .clientCertificate)
        #expect(refusal(leaf.certificate, "/nowhere") == .clientKey)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: leaf.key)
        #expect(refusal(leaf.certificate, leaf.key) == .clientKeyExposed)
    }

    @Test func itIsNeverPlaintext() throws {
        let relay = try relay("smtp", authority.issue(for: "DNS:client.test"), at: 25)
        #expect(relay.security == .startTLS)
        let plain = try Relay(
            url: "smtp://127.0.0.1:25", password: nil,
            clientCertificate: ClientCertificate(certificateFile: server.certificate, keyFile: server.key),
            caFile: nil, ehloName: "client.test")
        #expect(plain.security == .startTLS)
    }
}
