import Foundation
import TestSupport
import Testing

@testable import SMTP

/// What is read from a relay's certificate, compared with what the openssl command reads.
@Suite struct PeerCertificateTests {
    @Test(arguments: [("smtp", RelayScenario.TLS.starttls), ("smtps", .implicit)])
    func aSessionTellsItsNamesAndEndWhenAsked(_ scheme: String, _ tls: RelayScenario.TLS) async throws {
        let authority = try CertificateAuthority()
        let leaf = try authority.issue(for: "IP:127.0.0.1,DNS:mail.example.test", days: 40)
        var scenario = RelayScenario()
        scenario.tls = tls
        (scenario.certificate, scenario.key) = (leaf.certificate, leaf.key)
        if tls == .starttls { scenario.capabilities = ["STARTTLS"] }
        let target = try target(SMTPServer.scripted(scenario), scheme: scheme, authority: authority)
        let asked = try Session.open(target.relay, timers: patientTimers(), readsCertificate: true)
        let shown = asked.certificate
        asked.quit()
        let certificate = try #require(shown)
        #expect(certificate.names == ["127.0.0.1", "mail.example.test"])
        let end = try await run(
            "openssl", ["x509", "-in", leaf.certificate, "-noout", "-enddate", "-dateopt", "iso_8601"])
        #expect(
            end.output == "notAfter=\(try #require(certificate.end).formatted(.iso8601).replacing("T", with: " "))\n")
        let unasked = try Session.open(target.relay, timers: patientTimers())
        let none = unasked.certificate
        unasked.quit()
        #expect(none == nil)
    }

    @Test func theEndIsTheFirstOfTheChain() {
        let chain = [
            ["Expire date:Nov 24 12:00:00 2026 GMT"], ["Subject:CN = x", "Expire date:Nov  4 01:02:03 2026 GMT"],
        ]
        #expect(PeerCertificate(chain: chain).end == Date(timeIntervalSince1970: 1_793_754_123))
        #expect(PeerCertificate(chain: chain).names == [])
    }

    @Test(arguments: ["", "soon", "Nov 24 12:00:00 2026", "Nev 24 12:00:00 2026 GMT", "Nov 24 12:00 2026 GMT"])
    func aDateOfAnotherFormIsNoDate(_ text: String) {
        #expect(PeerCertificate(chain: [["Expire date:\(text)"]]).end == nil)
    }
}
