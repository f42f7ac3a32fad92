/// What the relay said while libcurl opened the session: a pure value fed with the lines of the header callback.
///
/// libcurl reports success in cases that must not count as one (no AUTH offered, say), so what matters is derived
/// here from the dialogue itself.
struct Handshake: Sendable {
    /// The step whose reply is awaited, from `greeting` to `auth`; meaningless before TCP is connected.
    private(set) var stage = Stage.greeting
    /// The extensions of the last EHLO; those from before STARTTLS are thrown away (RFC 3207 §4.2).
    private(set) var capabilities = Capabilities()
    /// Whether a 235 was seen (RFC 4954 §6).
    private(set) var isAuthenticated = false
    /// Whether everything expected of the opening has been answered.
    private(set) var isComplete = false
    /// Whether the relay sent bytes that are no reply.
    private(set) var isMalformed = false
    /// The last complete reply, of any stage.
    private(set) var lastReply: Reply?
    /// Counts replies, so that a timer can be restarted at each.
    private(set) var replies = 0

    private let expectsStartTLS: Bool
    private let expectsAuth: Bool
    private var hasStartedTLS = false
    private var parser = ReplyParser()

    init(expectsStartTLS: Bool, expectsAuth: Bool) {
        self.expectsStartTLS = expectsStartTLS
        self.expectsAuth = expectsAuth
    }

    /// Takes in what libcurl read, usually one line.
    mutating func receive(_ bytes: some Sequence<UInt8>) {
        guard !isMalformed else { return }
        parser.append(bytes)
        do throws(ReplyParser.Defect) {
            while let reply = try parser.next() { advance(reply) }
        } catch {
            isMalformed = true
        }
    }

    /// Notes that the handshake after STARTTLS is through and EHLO comes next.
    mutating func noteEncrypted() {
        if stage == .tls, hasStartedTLS { stage = .hello }
    }

    private mutating func advance(_ reply: Reply) {
        lastReply = reply
        replies += 1
        noteEncrypted()
        switch stage {
        case .greeting:
            if reply.isPositive { stage = .hello }
        case .hello:
            capabilities = reply.isPositive ? Capabilities(helloReply: reply) : Capabilities()
            if reply.isPositive { leaveHello() }
        case .tls:
            hasStartedTLS = reply.code == 220
            capabilities = Capabilities()
        case .auth:
            isAuthenticated = reply.code == 235
            isComplete = isAuthenticated
        default:
            isMalformed = true
        }
    }

    private mutating func leaveHello() {
        if expectsStartTLS, !hasStartedTLS {
            stage = .tls
        } else if expectsAuth {
            stage = .auth
        } else {
            isComplete = true
        }
    }
}
