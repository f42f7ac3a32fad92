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
        /// The certificate is not trusted, or names another host.
        case certificateRejected
        /// The certificate, or one above it, has expired or is not valid yet.
        case certificateExpired
        /// The CA file holds no usable certificate.
        case caFileUnusable
        /// The client certificate or its key cannot be used.
        case clientCertificateUnusable
        /// There is no token to log in with.
        case tokenUnavailable
        /// The relay offers no AUTH that we may use.
        case authUnavailable
        /// The relay refused the user, the password, the token or the certificate.
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
    /// Why there is no token, where that is what failed.
    let token: TokenFailure?
    /// What the relay would have had to offer, and the setting of the secret.
    private let login: Login

    private struct Login: Equatable {
        let mechanisms: String
        let setting: String?
        let hasClientCertificate: Bool
    }

    init(
        _ code: Code, at stage: Stage, curlCode: UInt32 = 0, reply: Reply? = nil, token: TokenFailure? = nil,
        relay: Relay
    ) {
        self.code = code
        self.stage = stage
        self.curlCode = curlCode
        self.reply = reply
        self.relay = relay.description
        settingPrefix = relay.settingPrefix
        self.token = token
        login = Login(
            mechanisms: (relay.credentials?.mechanisms ?? []).joined(separator: " or "),
            setting: relay.credentials?.setting, hasClientCertificate: relay.clientCertificate != nil)
    }

    /// There is no token to log in with.
    init(_ token: TokenFailure, relay: Relay) {
        self.init(token == .abandoned ? .abandoned : .tokenUnavailable, at: .auth, token: token, relay: relay)
    }

    /// Whose trouble it is: the relay's, or, when it has too many connections, its limits.
    package var scope: Scope { reply.map { Classification.of(stage, $0).scope } ?? .relay }

    /// Whether only a change of settings, here or at the relay, will help; trying again soon will not.
    package var isMisconfiguration: Bool {
        switch code {
        case .tlsUnavailable, .certificateRejected, .certificateExpired, .caFileUnusable, .clientCertificateUnusable,
            .authUnavailable, .library:
            true
        case .tokenUnavailable: token?.isMisconfiguration == true
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
        case .certificateExpired: "A certificate of the relay \(relay) has expired, or is not valid yet"
        case .caFileUnusable: "The file of trusted authorities for the relay \(relay) holds no usable certificate"
        case .clientCertificateUnusable: "The client certificate for the relay \(relay) or its key cannot be used"
        case .tokenUnavailable: token?.happened(to: relay) ?? "There is no token for the relay \(relay)"
        case .authUnavailable:
            "The relay \(relay) did not let this client log in: it offers no AUTH \(login.mechanisms)"
        case .authRefused: "The relay \(relay) refused the login"
        case .protocolViolation: "The relay \(relay) did not follow SMTP (stage \(stage.rawValue))"
        case .abandoned: "Opening a session with the relay \(relay) was given up (stage \(stage.rawValue))"
        case .library: "libcurl could not be set up (libcurl \(curlCode))"
        }
    }

    private var wayOut: String {
        let certificate = "\(settingPrefix)_CLIENT_CERT_FILE"
        return switch code {
        // Under TLS 1.3 a relay that rejects the certificate just hangs up where its next reply is awaited.
        case .disconnected where login.hasClientCertificate && [.greeting, .hello].contains(stage),
            .tlsFailed where login.hasClientCertificate:
            "check host and port in \(settingPrefix)_URL, and whether the relay knows the certificate in \(certificate)"
        case .unresolvable, .unreachable, .timedOut, .disconnected, .protocolViolation, .abandoned:
            "check host and port in \(settingPrefix)_URL"
        case .refused: "check \(settingPrefix)_URL and HOLDFAST_EHLO_NAME"
        case .tlsUnavailable, .tlsFailed: "check scheme and port in \(settingPrefix)_URL"
        case .certificateRejected:
            "check the host in \(settingPrefix)_URL and the authorities in \(settingPrefix)_CA_FILE"
        case .certificateExpired: "have it renewed there, and check this host's clock"
        case .caFileUnusable: "check \(settingPrefix)_CA_FILE"
        case .clientCertificateUnusable: "check \(certificate) and \(settingPrefix)_CLIENT_KEY_FILE"
        case .tokenUnavailable: token?.wayOut(settingPrefix) ?? "check \(settingPrefix)_URL"
        case .authUnavailable, .authRefused:
            "check the user in \(settingPrefix)_URL and \(settingPrefix)_\(login.setting ?? "PASSWORD_FILE")"
        case .library: "install libcurl 7.86 or newer with SMTP, built on OpenSSL"
        }
    }
}
