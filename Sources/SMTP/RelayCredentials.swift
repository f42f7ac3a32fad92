extension Relay {
    /// How this client proves to the relay who it is.
    enum Credentials: Sendable {
        /// AUTH PLAIN or LOGIN (RFC 4616).
        case password(user: String, Password)
        /// AUTH OAUTHBEARER (RFC 7628), or XOAUTH2 where a relay offers only that.
        case token(user: String, any TokenSource)
        /// AUTH EXTERNAL (RFC 4422, Appendix A): the client certificate is the proof, and the user who to be.
        case certificate(user: String)

        var user: String {
            switch self {
            case .password(let user, _), .token(let user, _), .certificate(let user): user
            }
        }

        /// The SASL mechanisms that may be used.
        var mechanisms: [String] {
            switch self {
            case .password: ["PLAIN", "LOGIN"]
            case .token: ["OAUTHBEARER", "XOAUTH2"]
            case .certificate: ["EXTERNAL"]
            }
        }

        /// The end of the name of the setting that holds or gives the secret.
        var setting: String {
            switch self {
            case .password: "PASSWORD_FILE"
            case .token(_, let source): source.setting
            case .certificate: "CLIENT_CERT_FILE"
            }
        }

        /// What the URL, the password, the token and the certificate of a relay's settings come to.
        static func choose(
            user: String?, _ password: Password?, _ token: (any TokenSource)?, _ certificate: ClientCertificate?
        ) throws(RelaySettingsError.Code) -> Credentials? {
            switch (user, password, token, certificate) {
            case (_, _?, _?, _): throw .tokenAndPassword
            case (nil, _?, _, _): throw .userMissing
            case (nil, _, _?, _): throw .tokenUserMissing
            case (nil, _, _, _): return nil
            case (let user?, let password?, _, _): return .password(user: user, password)
            case (let user?, _, let token?, _): return .token(user: user, token)
            case (let user?, _, _, _?): return .certificate(user: user)
            case (_?, nil, nil, nil): throw .passwordMissing
            }
        }
    }
}
