import Foundation
import SMTP
import TestSupport
import Testing

/// Against a server that is not ours: aiosmtpd with a Maildir.
@Suite struct ServerTests {
    private func maildir() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("holdfast-maildir-\(UUID().uuidString)")
    }

    private func received(_ maildir: URL) throws -> [String] {
        let folder = maildir.appendingPathComponent("new")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    }

    @Test func arrivesInAMaildirOnLoopback() throws {
        let folder = maildir()
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try SMTPServer.maildir(at: folder)
        let session = try Client(target(server))
        for number in 1...3 {
            let text = Array("Subject: \(number)\r\n\r\n.dot\r\n..two\r\n.\r\nend\r\n".utf8)
            #expect(try session.deliver(envelope, text).verdict == .accepted)
        }
        session.quit()
        let messages = try received(folder)
        #expect(messages.count == 3)
        #expect(messages.allSatisfy { $0.hasSuffix("\n\n.dot\n..two\n.\nend\n") })
    }

    @Test(arguments: [("smtp", RelayScenario.TLS.starttls), ("smtps", .implicit)])
    func arrivesOverTLSWithAUTH(_ scheme: String, _ tls: RelayScenario.TLS) throws {
        let folder = maildir()
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = try CertificateAuthority()
        let leaf = try authority.issue(for: "DNS:localhost")
        let server = try SMTPServer.maildir(at: folder, tls: tls, certificate: leaf, user: "me@x", password: "s3cret")
        func account(_ password: String) throws -> Target {
            try target(
                server, scheme: scheme, host: "localhost", user: "me%40x", password: password, authority: authority)
        }
        let session = try Client(account("s3cret"))
        let large = Array(("Subject: large\r\n\r\n" + String(repeating: "0123456789\r\n", count: 20_000)).utf8)
        for text in [message, large] {
            let delivery = try session.deliver(envelope, text)
            #expect(delivery.verdict == .accepted)
            #expect(delivery.tls?.hasPrefix("TLSv1.") == true)
        }
        #expect(try received(folder).count == 2)
        let error = failure(try account("wrong"))
        #expect(error?.code == .authRefused)
        #expect(error?.stage == .auth)
        #expect(error?.scope == .relay)
    }
}
