/// Why no session could be opened: always the relay's or our settings' trouble, no letter is to blame.
package struct SMTPFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What happened.
    package enum Code: String, Sendable, CaseIterable {
        /// The host name has no address.
        case unresolvable
        /// No TCP connection.
        case unreachable
        /// A timer ran out.
        case timedOut
        /// The relay hung up or the connection broke.
        case disconnected
        /// The relay refused at the greeting or at EHLO.
        case refused
        /// The relay offers no STARTTLS, or refused it.
        case tlsUnavailable
        /// The TLS handshake failed.
        case tlsFailed
        /// The certificate is not trusted, expired, or names another host.
        case certificateRejected
        /// The CA file holds no usable certificate.
        case caFileUnusable
        /// The relay offers no AUTH that we may use.
        case authUnavailable
        /// The relay refused the user or the password.
        case authRefused
        /// The relay did not speak SMTP, or spoke out of turn.
        case protocolViolation
        /// Nobody wanted the session any more.
        case abandoned
        /// libcurl refused an option or ran out of memory.
        case library
    }

    /// What happened.
    package let code: Code
    /// How far it came.
    package let stage: Stage
    /// libcurl's own code number, 0 when the failure is not libcurl's.
    package let curlCode: UInt32
    /// The relay's last reply, when it is what refused; store only its scrubbed form.
    package let reply: Reply?
    /// The relay and its settings prefix, both free of secrets.
    let relay: String
    let settingPrefix: String

    init(_ code: Code, at stage: Stage, curlCode: UInt32 = 0, reply: Reply? = nil, relay: Relay) {
        self.code = code
        self.stage = stage
        self.curlCode = curlCode
        self.reply = reply
        self.relay = relay.description
        settingPrefix = relay.settingPrefix
    }

    /// Whose trouble it is: always `relay`.
    package var scope: Scope { .relay }

    /// Whether only a change of settings, here or at the relay, will help; trying again soon will not.
    package var isMisconfiguration: Bool {
        switch code {
        case .tlsUnavailable, .certificateRejected, .caFileUnusable, .authUnavailable, .library: true
        case .authRefused: reply?.isTransient != true
        case .unresolvable, .unreachable, .timedOut, .disconnected, .refused, .tlsFailed, .protocolViolation,
            .abandoned:
            false
        }
    }

    /// How long the relay asks to wait, within one minute to one hour.
    package var retryAfter: Duration? { reply.flatMap(RetryHint.find) }

    /// One sentence: what happened, at which relay, and which setting to look at.
    package var description: String {
        let said = reply.map { " (reply \($0.code)\($0.enhancedStatus.map { " \($0)" } ?? ""))" } ?? ""
        return "\(happened)\(said); \(wayOut)."
    }

    private var happened: String {
        switch code {
        case .unresolvable: "The name of the relay \(relay) has no address"
        case .unreachable: "No connection to the relay \(relay)"
        case .timedOut: "The relay \(relay) did not answer in time (stage \(stage.rawValue))"
        case .disconnected: "The relay \(relay) closed the connection (stage \(stage.rawValue))"
        case .refused: "The relay \(relay) refused this client (stage \(stage.rawValue))"
        case .tlsUnavailable: "The relay \(relay) does not offer STARTTLS, which is required"
        case .tlsFailed: "The TLS handshake with the relay \(relay) failed (libcurl \(curlCode))"
        case .certificateRejected: "The certificate of the relay \(relay) is not trusted or names another host"
        case .caFileUnusable: "The file of trusted authorities for the relay \(relay) holds no usable certificate"
        case .authUnavailable:
            "The relay \(relay) did not let this client log in: it offers neither AUTH PLAIN nor LOGIN"
        case .authRefused: "The relay \(relay) refused the login"
        case .protocolViolation: "The relay \(relay) did not follow SMTP (stage \(stage.rawValue))"
        case .abandoned: "Opening a session with the relay \(relay) was given up (stage \(stage.rawValue))"
        case .library: "libcurl could not be set up (libcurl \(curlCode))"
        }
    }

    private var wayOut: String {
        switch code {
        case .unresolvable, .unreachable, .timedOut, .disconnected, .protocolViolation, .abandoned:
            "check host and port in \(settingPrefix)_URL"
        case .refused: "check \(settingPrefix)_URL and HOLDFAST_EHLO_NAME"
        case .tlsUnavailable, .tlsFailed: "check scheme and port in \(settingPrefix)_URL"
        case .certificateRejected:
            "check the host in \(settingPrefix)_URL and the authorities in \(settingPrefix)_CA_FILE"
        case .caFileUnusable: "check \(settingPrefix)_CA_FILE"
        case .authUnavailable, .authRefused: "check the user in \(settingPrefix)_URL and \(settingPrefix)_PASSWORD_FILE"
        case .library: "install libcurl 7.86 or newer with SMTP, built on OpenSSL"
        }
    }
}
