import Foundation
import SMTP
import TestSupport
import Testing

/// `TEST_POSTFIX=none` is what `deploy/test` says after telling why there can be none.
private let isPostfixWanted =
    TestLength.isFull && ProcessInfo.processInfo.environment["TEST_POSTFIX"] != "none"

/// Against a real Postfix with STARTTLS and SASL login, which `deploy/test --full` starts.
@Suite(.enabled(if: isPostfixWanted, "deploy/test --full starts a Postfix")) struct PostfixTests {
    private let port: Int
    private let log: String
    private let authority: String

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let port = environment["TEST_POSTFIX_PORT"].flatMap({ Int($0) }),
            let log = environment["TEST_POSTFIX_LOG"],
            let authority = environment["TEST_POSTFIX_CA"]
        else {
            throw TestSupportError("no Postfix: TEST_POSTFIX_PORT, _LOG and _CA are not set; run deploy/test --full")
        }
        (self.port, self.log, self.authority) = (port, log, authority)
    }

    private func relay(password: String? = "canary-Pa55", caFile: String? = nil) throws -> Relay {
        let account = password == nil ? "" : "holdfast%40relay.test@"
        return try Relay(
            url: "smtp://\(account)127.0.0.1:\(port)", password: password.map { Password($0) },
            caFile: caFile ?? authority, ehloName: "client.test")
    }

    private func envelope(to address: String) throws -> Envelope {
        try Envelope(reversePath: "bookings@practice.test", forwardPath: address)
    }

    private func letter(_ id: String) -> [UInt8] {
        Array("Message-ID: <\(id)@practice.test>\r\nSubject: x\r\n\r\n.\r\n..\r\nEnd.\r\n".utf8)
    }

    /// The queue id that Postfix's own log gives a message.
    private func queueIDInLog(_ id: String) async throws -> String? {
        let line = try Regex("cleanup\\[\\d+\\]: ([0-9A-Za-z]+): message-id=<\(id)@practice.test>")
        var found: String?
        try await eventually("Postfix logged the message \(id)") {
            found = try String(contentsOfFile: log, encoding: .utf8).firstMatch(of: line)
                .flatMap { $0.output[1].substring.map(String.init) }
            return found != nil
        }
        return found
    }

    @Test func theQueueIDsAreThoseOfItsLog() async throws {
        let session = try PostfixSession(relay())
        #expect(session.tls?.hasPrefix("TLSv1.3") == true)
        var ids: Set<String> = []
        for number in 1...20 {
            let name = "\(number).\(UUID().uuidString)"
            let delivery = try session.deliver(envelope(to: "someone@relay.test"), letter(name))
            #expect(delivery.verdict == .accepted && delivery.reply?.code == 250)
            #expect(try await queueIDInLog(name) == delivery.queueID)
            ids.insert(try #require(delivery.queueID))
        }
        #expect(ids.count == 20)
    }

    @Test func anUnknownUserIsADeadAddress() throws {
        let session = try PostfixSession(relay())
        let delivery = try session.deliver(envelope(to: "nobody@relay.test"), letter("dead"))
        #expect(delivery.verdict == .permanent && delivery.scope == .recipient && delivery.stage == .rcpt)
        #expect(delivery.reply?.enhancedStatus == EnhancedStatus(5, 1, 1) && delivery.finding == .dead)
        #expect(try session.deliver(envelope(to: "someone@relay.test"), letter("alive")).verdict == .accepted)
    }

    @Test func aMessageOverItsSIZEIsNotSent() throws {
        let session = try PostfixSession(relay())
        let large = letter("large") + Array(String(repeating: "0123456789\r\n", count: 9_000).utf8)
        let delivery = try session.deliver(envelope(to: "someone@relay.test"), large)
        #expect(delivery.fault == .tooLarge(limit: 100_000) && delivery.scope == .message)
        #expect(try session.deliver(envelope(to: "someone@relay.test"), letter("small")).verdict == .accepted)
    }

    @Test func aWrongPasswordIsTheRelaysTrouble() throws {
        let error = try #require(failure(relay(password: "wrong")))
        #expect(error.code == .authRefused && error.stage == .auth && error.reply?.code == 535)
        #expect(error.isMisconfiguration)
    }

    @Test func withoutLoginItRelaysNothing() throws {
        let stranger = try PostfixSession(relay(password: nil))
        let refused = try stranger.deliver(envelope(to: "someone@elsewhere.test"), letter("relayed"))
        // 454 4.7.1: Postfix does not refuse relaying for good, and no letter is to blame.
        #expect(refused.verdict == .transient && refused.stage == .rcpt && refused.scope == .relay)
        let session = try PostfixSession(relay())
        #expect(try session.deliver(envelope(to: "someone@elsewhere.test"), letter("relayed")).verdict == .accepted)
    }

    @Test func itsCertificateNeedsOurAuthority() throws {
        let other = try CertificateAuthority()
        let error = try #require(failure(relay(caFile: other.file)))
        #expect(error.code == .certificateRejected && error.stage == .tls)
    }
}

/// A session as a reference, because `#expect` takes no noncopyable values.
private final class PostfixSession {
    private var session: Session

    init(_ relay: Relay) throws { session = try Session.open(relay, timers: patientTimers()) }

    var tls: String? { session.tls }

    func deliver(_ envelope: Envelope, _ message: [UInt8]) -> Delivery { session.deliver(envelope, message) }
}
