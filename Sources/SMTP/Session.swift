/// One connection to the relay: opened, and authenticated where the relay's settings say so.
///
/// Every call blocks the calling thread, for as long as the timers allow; a session belongs to one thread at a time.
/// Whatever goes wrong, `deliver` tells it in its result, and a session that may be out of step with the relay is
/// never used again. When the value goes away the connection is closed without a word; `quit()` says goodbye first.
package struct Session: ~Copyable {
    var wire: Wire
    let capabilities: Capabilities
    /// TLS version and cipher, nil on a plaintext loopback session.
    package let tls: String?
    /// What the relay's certificate says; nil unless it was asked for at the opening, and without TLS.
    package let certificate: PeerCertificate?
    let timers: Timers
    private let login: Login?
    /// The commands being sent.
    var commands = OutputBuffer(capacity: 1024)
    /// The message being sent, dots stuffed.
    var text = OutputBuffer(capacity: 32 * 1024)
    private let openedAt = ContinuousClock.now
    private var usedAt = ContinuousClock.now
    /// How many messages were tried on this session.
    package private(set) var messages = 0
    /// Whether the dialogue is in step, so that another message may be sent.
    package internal(set) var isReusable = true
    /// A relay may limit messages per connection; none of those known limits below this.
    static let messageLimit = 100

    /// The token that a session was opened with, and who knows whether it still serves.
    struct Login {
        let source: any TokenSource
        let token: BearerToken

        init?(_ credentials: Relay.Credentials?, _ token: BearerToken?) {
            guard case .token(_, let source) = credentials, let token else { return nil }
            self.source = source
            self.token = token
        }

        func isCurrent(at now: ContinuousClock.Instant) -> Bool { source.isCurrent(token, at: now) }
    }

    init(
        wire: consuming Wire, capabilities: Capabilities, tls: String?, certificate: PeerCertificate?, timers: Timers,
        login: Login?
    ) {
        self.wire = wire
        self.capabilities = capabilities
        self.tls = tls
        self.certificate = certificate
        self.timers = timers
        self.login = login
    }

    /// Whether another message should be sent here: in step, not idle for too long, not too old, not used up, and
    /// its token neither expired nor replaced.
    package func isFresh(_ now: ContinuousClock.Instant = .now) -> Bool {
        isReusable && messages < Self.messageLimit && now - usedAt < timers.idleLimit
            && now - openedAt < timers.ageLimit && login?.isCurrent(at: now) != false
    }

    /// Sends one message to one recipient and tells what became of it; never throws.
    ///
    /// - Parameters:
    ///   - envelope: Who it is from and who it goes to.
    ///   - message: The complete message, lines ended by CRLF; dots are stuffed here.
    ///   - mayCommit: Asked once, when the relay is ready for the text and before a byte of it is sent: the place
    ///     to write the journal and to look whether the lease still holds. After `false` nothing is sent.
    package mutating func deliver(
        _ envelope: Envelope, _ message: [UInt8], mayCommit: () -> Bool = { true }
    ) -> Delivery {
        guard isReusable else { return stale(at: messages == 0 ? .mail : .rset, fault: .closed) }
        if let (stage, fault) = prepare(envelope, message) {
            return Delivery(.of(stage, fault), at: stage, fault: fault, tls: tls)
        }
        var transaction = Transaction(isReused: messages > 0, deadline: .now + timers.overall)
        messages += 1
        defer { usedAt = .now }
        do throws(Halt) {
            try assertSilence(transaction)
            try openTransaction(envelope, size: message.count, &transaction)
            guard mayCommit() else { throw Halt(.body, .withheld) }
            let reply = try sendText(transaction)
            if wire.hasUnreadBytes { isReusable = false }
            return Delivery(.of(.dot, reply), at: .accepted, reply: reply, tls: tls)
        } catch {
            if error.endsSession { isReusable = false }
            if transaction.isReused, !transaction.hasMailAnswer, error.meansStale {
                isReusable = false
                return stale(at: error.stage, reply: error.reply, fault: error.fault)
            }
            return Delivery(error.classification, at: error.stage, reply: error.reply, fault: error.fault, tls: tls)
        }
    }

    /// Says QUIT without waiting for the answer and closes the connection.
    package consuming func quit() {
        guard isReusable else { return }
        commands.removeAll()
        commands.append("QUIT\r\n")
        // The connection is going away whether or not the relay hears this.
        _ = try? wire.write(commands.bytes)
    }

    private func stale(at stage: Stage, reply: Reply? = nil, fault: Fault? = nil) -> Delivery {
        Delivery(Classification(verdict: .stale, scope: .session), at: stage, reply: reply, fault: fault, tls: tls)
    }

    /// Stuffs the message and refuses what this relay cannot take; before a byte is sent, so the session stays good.
    private mutating func prepare(_ envelope: Envelope, _ message: [UInt8]) -> (Stage, Fault)? {
        if !capabilities.smtpUTF8, let side = envelope.sideNeedingUTF8 {
            return (side == .sender ? .mail : .rcpt, .needsSMTPUTF8(side))
        }
        if let limit = capabilities.sizeLimit, message.count > limit { return (.mail, .tooLarge(limit: limit)) }
        text.removeAll()
        return text.append(stuffing: message) ? nil : (.mail, .malformedMessage)
    }
}
