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

    /// Whether bytes hold a text as it is or as base64, wherever in a group of three it begins.
    private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        let data = Data(bytes)
        let encoded = (0..<3).map { shift in
            // What depends on the neighbours is left off at both ends.
            let padded = Data(repeating: 0, count: shift) + Data(text.utf8)
            return Data(padded.base64EncodedString().utf8.dropFirst(shift == 0 ? 0 : 4).dropLast(4))
        }
        return ([Data(text.utf8)] + encoded).contains { data.range(of: $0) != nil }
    }

    private func recording(_ tls: RelayScenario.TLS) throws -> (seen: [UInt8], wire: [UInt8]) {
        let relay = try ProtectedRelay(tls)
        let (envelope, text) = try Self.letter()
        let sent = try relay.client.send(text, envelope: envelope)
        #expect(sent.outcome.verdict == .accepted)
        relay.server.await("message")
        let seen = relay.server.commands.joined(separator: "\n") + relay.server.messages.joined()
        return (Array(seen.utf8), sent.wire.commands + sent.wire.replies)
    }

    @Test func plaintextShowsEverything() throws {
        let (_, wire) = try recording(.none)
        for canary in Self.canaries { #expect(Self.holds(wire, canary), "\(canary)") }
    }

    @Test(arguments: [RelayScenario.TLS.starttls, .implicit])
    func nothingCrossesInClearUnderTLS(_ tls: RelayScenario.TLS) throws {
        let (seen, wire) = try recording(tls)
        for canary in Self.canaries + [ProtectedRelay.user, ProtectedRelay.password] {
            #expect(Self.holds(seen, canary), "the relay did not get \(canary), so its absence would prove nothing")
            #expect(!Self.holds(wire, canary), "\(canary)")
        }
        #expect(!Self.holds(wire, "MAIL FROM") && !Self.holds(wire, "AUTH PLAIN"))
        #expect(Self.holds(wire, "STARTTLS") == (tls == .starttls))
    }
}
