internal import CLibcurl

extension Session {
    /// Connects, negotiates TLS and authenticates, as the relay's settings say; blocks until done.
    ///
    /// A relay that refuses a token is asked once more when there is a newer one, so that a rotated token serves at
    /// once.
    ///
    /// - Parameters:
    ///   - readsCertificate: Whether `certificate` is wanted; a session that sends letters has no need of it.
    ///   - isWanted: Asked at least twice a second; after a no the opening is given up.
    /// - Throws: What failed, at which stage, and which setting to look at. Nothing was sent of any message.
    package static func open(
        _ relay: Relay, timers: Timers, readsCertificate: Bool = false, isWanted: () -> Bool = { true }
    ) throws(SMTPFailure) -> Session {
        func open(_ token: BearerToken?) throws(SMTPFailure) -> Session {
            let curl = try handle(relay, token, timers, readsCertificate)
            try connect(curl, relay, timers, isWanted)
            return try accept(curl, relay, token, timers)
        }
        guard case .token(_, let source) = relay.credentials else { return try open(nil) }
        let token = try token(from: source, relay, isWanted)
        do throws(SMTPFailure) {
            return try open(token)
        } catch {
            guard error.code == .authRefused, error.isMisconfiguration else { throw error }
            source.discard(token)
            let newer = try Self.token(from: source, relay, isWanted)
            guard newer.text != token.text else { throw error }
            return try open(newer)
        }
    }

    private static func token(
        from source: any TokenSource, _ relay: Relay, _ isWanted: () -> Bool
    ) throws(SMTPFailure) -> BearerToken {
        do throws(TokenFailure) {
            return try source.token(isWanted: isWanted)
        } catch {
            throw SMTPFailure(error, relay: relay)
        }
    }

    /// A handle that is ready to be driven.
    private static func handle(
        _ relay: Relay, _ token: BearerToken?, _ timers: Timers, _ readsCertificate: Bool
    ) throws(SMTPFailure) -> CurlHandle {
        let handshake = Handshake(
            expectsStartTLS: relay.security == .startTLS, expectsAuth: relay.credentials != nil)
        let initialised = ensureLibcurl()
        guard initialised == 0, let curl = CurlHandle(handshake: handshake) else {
            throw SMTPFailure(.library, at: .resolve, curlCode: initialised, relay: relay)
        }
        let codes = [
            curl.configure(for: relay, token: token, timers: timers),
            readsCertificate ? curl.keepCertificates() : 0, curl.transfer.start(),
        ]
        for code in codes where code != 0 {
            throw SMTPFailure(.library, at: .resolve, curlCode: code, relay: relay)
        }
        return curl
    }

    /// Drives libcurl to the end of the opening, with a timer for every stage.
    private static func connect(
        _ curl: borrowing CurlHandle, _ relay: Relay, _ timers: Timers, _ isWanted: () -> Bool
    ) throws(SMTPFailure) {
        let overall = ContinuousClock.now + timers.overall
        var reached = (stage: Stage.resolve, replies: 0)
        var deadline = min(.now + timers.connect, overall)
        while true {
            let code = curl.transfer.advance()
            let now = (stage: curl.stage(implicitTLS: relay.security == .implicitTLS), replies: curl.handshake.replies)
            if let code {
                if code == CURLE_OK.rawValue { return }
                throw SMTPFailure(
                    curlCode: code, at: now.stage, handshake: curl.handshake, certificateHasExpired: curl.hasExpired,
                    relay: relay)
            }
            if now != reached {
                reached = now
                deadline = min(.now + timers.limit(for: now.stage), overall)
            }
            let left = deadline - .now
            guard left > .zero else { throw SMTPFailure(.timedOut, at: now.stage, relay: relay) }
            guard isWanted() else { throw SMTPFailure(.abandoned, at: now.stage, relay: relay) }
            curl.transfer.wait(atMost: min(left, .milliseconds(500)))
        }
    }

    /// Trusts nothing libcurl implied: what the session must have is read from the dialogue and from TLS itself.
    private static func accept(
        _ curl: consuming CurlHandle, _ relay: Relay, _ token: BearerToken?, _ timers: Timers
    ) throws(SMTPFailure) -> Session {
        let handshake = curl.handshake
        guard !handshake.isMalformed else { throw SMTPFailure(.protocolViolation, at: handshake.stage, relay: relay) }
        if relay.credentials != nil, !handshake.isAuthenticated {
            throw SMTPFailure(.authUnavailable, at: .auth, reply: nil, relay: relay)
        }
        guard handshake.isComplete, var wire = Wire(curl) else {
            throw SMTPFailure(.disconnected, at: handshake.stage, relay: relay)
        }
        do throws(WireError) {
            guard try wire.isSilent() else { throw .malformed }
        } catch {
            let code: SMTPFailure.Code = error == .malformed ? .protocolViolation : .disconnected
            throw SMTPFailure(code, at: handshake.stage, relay: relay)
        }
        let (tls, certificate) = (wire.tls, wire.certificate)
        let isProtected = relay.security == .plaintextLoopback ? wire.isPeerLoopback : tls != nil
        guard isProtected else { throw SMTPFailure(.tlsFailed, at: .tls, relay: relay) }
        return Session(
            wire: wire, capabilities: handshake.capabilities, tls: tls, certificate: certificate, timers: timers,
            login: Login(relay.credentials, token))
    }
}

extension Timers {
    /// The timer of a stage of the opening.
    func limit(for stage: Stage) -> Duration {
        switch stage {
        case .resolve, .connect, .tls: connect
        case .greeting: greeting
        default: hello
        }
    }
}

extension SMTPFailure {
    /// What libcurl's result means, read together with the stage and the relay's last reply.
    init(curlCode: UInt32, at stage: Stage, handshake: Handshake, certificateHasExpired: Bool, relay: Relay) {
        let isDenied = CURLcode(rawValue: curlCode) == CURLE_LOGIN_DENIED
        // A token is refused with a 334 that tells why, in JSON (RFC 7628 §3.2.2); after XOAUTH2's libcurl hangs up.
        let refusal = handshake.lastReply.flatMap { $0.code >= 400 || $0.code == 334 && isDenied ? $0 : nil }
        let code: Code
        switch CURLcode(rawValue: curlCode) {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: code = .unresolvable
        case CURLE_COULDNT_CONNECT: code = .unreachable
        case CURLE_OPERATION_TIMEDOUT: code = .timedOut
        case CURLE_PEER_FAILED_VERIFICATION where certificateHasExpired: code = .certificateExpired
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: code = .certificateRejected
        case CURLE_SSL_CACERT_BADFILE: code = .caFileUnusable
        case CURLE_SSL_CERTPROBLEM: code = .clientCertificateUnusable
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: code = .tlsFailed
        case CURLE_USE_SSL_FAILED: code = .tlsUnavailable
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: code = refusal == nil ? .authUnavailable : .authRefused
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_NOT_BUILT_IN: code = .library
        case CURLE_WEIRD_SERVER_REPLY where refusal == nil: code = .protocolViolation
        default: code = refusal == nil ? .disconnected : .refused
        }
        let shown = [.authRefused, .refused, .tlsUnavailable].contains(code) ? refusal : nil
        self.init(code, at: stage, curlCode: curlCode, reply: shown, relay: relay)
    }
}
