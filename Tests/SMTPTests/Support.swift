import Foundation
import SMTP
import TestSupport

/// A relay on a test server, and what must stay alive while it is used.
struct Target {
    let relay: Relay
    let server: SMTPServer
    let authority: CertificateAuthority?
}

/// The relay of a test server; `caFile` overrules the authority's own.
func target(
    _ server: SMTPServer, scheme: String = "smtp", host: String = "127.0.0.1", user: String? = nil,
    password: String? = nil, authority: CertificateAuthority? = nil, caFile: String? = nil
) throws -> Target {
    let account = user.map { "\($0)@" } ?? ""
    let relay = try Relay(
        url: "\(scheme)://\(account)\(host):\(server.port)", password: password.map { Password($0) },
        caFile: caFile ?? authority?.file, ehloName: "client.test")
    return Target(relay: relay, server: server, authority: authority)
}

/// Timers short enough to wait for.
func shortTimers() -> Timers { timers(.milliseconds(100)) }

/// Timers that no healthy server reaches, and that end a test that hangs.
func patientTimers() -> Timers { timers(.seconds(20)) }

private func timers(_ limit: Duration) -> Timers {
    var timers = Timers()
    timers.connect = limit
    timers.greeting = limit
    timers.hello = limit
    timers.mail = limit
    timers.recipient = limit
    timers.dataInitiation = limit
    timers.dataBlock = limit
    timers.dataTermination = limit
    return timers
}

let envelope = {
    do { return try Envelope(reversePath: "from@practice.test", forwardPath: "to@client.test") } catch {
        fatalError("\(error)")
    }
}()
let message = Array("Subject: test\r\n\r\nHello.\r\n".utf8)

/// A session as a reference, because `#expect` takes no noncopyable values.
final class Client {
    private var session: Session?
    private let target: Target

    init(_ target: Target, timers: Timers = patientTimers()) throws {
        self.target = target
        session = try Session.open(target.relay, timers: timers)
    }

    var isReusable: Bool { session?.isReusable ?? false }
    var messages: Int { session?.messages ?? 0 }
    var tls: String? { session?.tls }

    func isFresh(_ now: ContinuousClock.Instant = .now) -> Bool { session?.isFresh(now) ?? false }

    func deliver(
        _ envelope: Envelope, _ message: [UInt8], mayCommit: () -> Bool = { true }
    ) throws -> Delivery {
        guard let delivery = session?.deliver(envelope, message, mayCommit: mayCommit) else { throw AlreadyQuit() }
        return delivery
    }

    func quit() { session.take()?.quit() }

    struct AlreadyQuit: Error {}
}

/// Opens a session, sends one message and says what became of it.
func deliverOnce(
    _ server: SMTPServer, timers: Timers = patientTimers(), message: [UInt8] = message, mayCommit: () -> Bool = { true }
) throws -> (delivery: Delivery, isReusable: Bool) {
    let client = try Client(target(server), timers: timers)
    let delivery = try client.deliver(envelope, message, mayCommit: mayCommit)
    return (delivery, client.isReusable)
}

/// The failure of opening a session; nil when it opened.
func failure(_ target: Target, timers: Timers = patientTimers()) -> SMTPFailure? {
    withExtendedLifetime(target) { failure(target.relay, timers: timers) }
}

/// The failure of opening a session; nil when it opened.
func failure(_ relay: Relay, timers: Timers = patientTimers()) -> SMTPFailure? {
    do throws(SMTPFailure) {
        _ = try Session.open(relay, timers: timers)
        return nil
    } catch {
        return error
    }
}

/// A reply as the parser makes it.
func reply(_ text: String) throws -> Reply {
    var parser = ReplyParser()
    parser.append((text + "\r\n").utf8)
    guard let reply = try parser.next() else { throw ReplyParser.Defect.malformedLine }
    return reply
}
