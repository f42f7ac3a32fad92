import Foundation
import SMTP
import TestSupport
import Testing

/// What somebody on the network can read, from a recording of the wire.
@Suite struct ConfidentialityTests {
    private static let canaries = [
        "canary-sender@practice.test", "canary-recipient@client.test", "Canary-Subject", "Canary Name",
        "https://portal.test/canary-link", "v4.public.canaryToken",
    ]

    private static func letter() throws -> (Envelope, [UInt8]) {
        let text = """
            Subject: \(canaries[2])\r
            To: "\(canaries[3])" <\(canaries[1])>\r
            \r
            Dear \(canaries[3]), \(canaries[4])?t=\(canaries[5])\r

            """
        return (try Envelope(reversePath: canaries[0], forwardPath: canaries[1]), Array(text.utf8))
    }

    private func recording(_ tls: RelayScenario.TLS) throws -> (seen: [UInt8], wire: WireCutter.Recording) {
        let relay = try ProtectedRelay(tls)
        let (envelope, text) = try Self.letter()
        let sent = try relay.client.send(text, envelope: envelope)
        #expect(sent.outcome.verdict == .accepted)
        relay.server.await("message")
        let seen = relay.server.commands.joined(separator: "\n") + relay.server.messages.joined()
        return (Array(seen.utf8), sent.wire)
    }

    @Test func plaintextShowsEverything() throws {
        let (_, wire) = try recording(.none)
        for canary in Self.canaries { #expect(wire.reveals(canary), "\(canary)") }
    }

    @Test(arguments: [RelayScenario.TLS.starttls, .implicit])
    func nothingCrossesInClearUnderTLS(_ tls: RelayScenario.TLS) throws {
        let (seen, wire) = try recording(tls)
        for canary in Self.canaries + [ProtectedRelay.user, ProtectedRelay.password] {
            #expect(
                WireCutter.Recording.reveals(canary, in: seen),
                "the relay did not get \(canary), so its absence would prove nothing")
            #expect(!wire.reveals(canary), "\(canary)")
        }
        #expect(!wire.reveals("MAIL FROM") && !wire.reveals("AUTH PLAIN"))
        #expect(wire.reveals("STARTTLS") == (tls == .starttls))
    }
}
