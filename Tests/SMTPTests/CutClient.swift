import SMTP
import TestSupport

/// What a client made of a cut wire.
struct CutOutcome: Sendable {
    /// Of the message; nil when no session was opened.
    var verdict: Verdict?
    var stage: Stage
    var scope: Scope
    /// What a test must know before it can judge; nil when all went as intended.
    var trouble: String?

    /// Whether the client knows that the relay may have the message.
    var isRecorded: Bool { verdict == .accepted || verdict == .unknown }
}

/// A client that sends one message through a wire that is cut.
struct CutClient: Sendable {
    /// The port of the relay behind the wire.
    let relayPort: Int
    var scheme = "smtp"
    var caFile: String?
    var user: String?
    var password: String?
    /// Whether a first message goes well before.
    var isKept = false
    var receiveBuffer: Int32?

    /// Sends the message over a wire with this cut, and tells what became of it and what crossed the wire.
    func send(
        _ text: [UInt8], envelope: Envelope = envelope, cut: WireCutter.Cut? = nil,
        timers: Timers = patientTimers()
    ) throws -> (outcome: CutOutcome, wire: WireCutter.Recording) {
        let cutter = try WireCutter(to: relayPort, cut: cut, receiveBuffer: receiveBuffer)
        let outcome = Result { try talk(text, envelope, to: cutter.port, timers) }
        let recording = cutter.finish()
        return (try outcome.get(), recording)
    }

    private func talk(_ text: [UInt8], _ envelope: Envelope, to port: Int, _ timers: Timers) throws -> CutOutcome {
        let account = user.map { "\($0)@" } ?? ""
        let relay = try Relay(
            url: "\(scheme)://\(account)127.0.0.1:\(port)", password: password.map { Password($0) }, caFile: caFile,
            ehloName: "client.test")
        do throws(SMTPFailure) {
            var session = try Session.open(relay, timers: timers)
            if isKept {
                let first = session.deliver(envelope, Array("Subject: first\r\n\r\nHello.\r\n".utf8))
                guard first.verdict == .accepted else {
                    return CutOutcome(stage: first.stage, scope: first.scope, trouble: "the first message was lost")
                }
            }
            let delivery = session.deliver(envelope, text)
            return CutOutcome(verdict: delivery.verdict, stage: delivery.stage, scope: delivery.scope)
        } catch {
            return CutOutcome(stage: error.stage, scope: error.scope)
        }
    }
}
