/// Why a transaction ended before the message was accepted.
struct Halt: Error {
    let stage: Stage
    let reply: Reply?
    let fault: Fault?
    /// Whether the dialogue may be out of step, so that the session must not be used again.
    let endsSession: Bool

    /// A reply that refuses; 421 announces that the relay hangs up (RFC 5321 §3.8).
    init(_ stage: Stage, reply: Reply, endsSession: Bool = false) {
        self.stage = stage
        self.reply = reply
        fault = nil
        self.endsSession = endsSession || reply.code == 421 || reply.code / 100 < 4
    }

    /// Anything but a reply.
    init(_ stage: Stage, _ fault: Fault) {
        self.stage = stage
        reply = nil
        self.fault = fault
        endsSession = true
    }

    /// The same, and the session is lost besides.
    init(_ other: Halt, endingSession: Bool) {
        stage = other.stage
        reply = other.reply
        fault = other.fault
        endsSession = other.endsSession || endingSession
    }

    var classification: Classification {
        if let reply { return .of(stage, reply) }
        return .of(stage, fault ?? .malformedReply)
    }

    /// Whether a kept session that halts like this before MAIL was answered was merely dead.
    var meansStale: Bool { endsSession || stage == .rset }
}

/// What a transaction has learnt so far.
struct Transaction {
    /// Whether the session has carried a message before, so that RSET goes first.
    let isReused: Bool
    /// Whether the relay has answered MAIL with anything but 421.
    var hasMailAnswer = false
    /// When everything up to the dot must be done.
    let deadline: ContinuousClock.Instant
}
