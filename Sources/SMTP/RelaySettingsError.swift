/// Why the settings of a relay were refused; the sentence names the setting, never its secret parts.
package struct RelaySettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: Error, Sendable, CaseIterable {
        /// No `smtp://` or `smtps://` at the start.
        case scheme
        /// No host, or one that cannot be a host name or address.
        case host
        /// A port that is no number from 1 to 65535.
        case port
        /// A path, a query or a fragment.
        case trailingParts
        /// A password inside the URL.
        case passwordInURL
        /// A user that is empty, wrongly percent-encoded or holds control characters.
        case user
        /// A user without a password, a token or a client certificate.
        case passwordMissing
        /// A password without a user.
        case userMissing
        /// A token without a user.
        case tokenUserMissing
        /// A token and a password.
        case tokenAndPassword
        /// A token endpoint that is not `https://`, or `http://` to this machine.
        case tokenURL
        /// A token endpoint without client id or client secret.
        case tokenClient
        /// A CA file for the token endpoint that cannot be read.
        case tokenCAFile
        /// A client certificate that cannot be read.
        case clientCertificate
        /// The key of a client certificate that cannot be read.
        case clientKey
        /// The key of a client certificate that others than its owner may use.
        case clientKeyExposed
        /// A password that is empty or holds a line break or NUL.
        case password
        /// A CA file that cannot be read.
        case caFile
        /// An EHLO name that is neither a host name nor an address literal.
        case ehloName
    }

    /// What is wrong.
    package let code: Code
    /// The prefix of the relay's settings, `HOLDFAST_SMTP` or `HOLDFAST_SMTP_2`.
    let prefix: String

    /// One sentence that names the setting and the way out.
    package var description: String {
        let form = "use smtps://user@host:465 or smtp://user@host:587"
        return switch code {
        case .scheme: "\(prefix)_URL does not start with smtp:// or smtps://; \(form)."
        case .host: "\(prefix)_URL names no valid host; \(form)."
        case .port: "\(prefix)_URL has a port that is not a number from 1 to 65535; \(form)."
        case .trailingParts: "\(prefix)_URL has a path, a query or a fragment after the host; \(form)."
        case .passwordInURL:
            "\(prefix)_URL holds a password; move it to a file and name that in \(prefix)_PASSWORD_FILE."
        case .user: "\(prefix)_URL has a user that cannot be read; percent-encode it, as in smtps://a%40b@host:465."
        case .passwordMissing:
            "\(prefix)_URL names a user but \(prefix)_PASSWORD_FILE gives no password; set it, or one of "
                + "\(prefix)_TOKEN_FILE, \(prefix)_TOKEN_URL and \(prefix)_CLIENT_CERT_FILE."
        case .userMissing: "\(prefix)_PASSWORD_FILE is set but \(prefix)_URL names no user; \(form)."
        case .tokenUserMissing: "\(prefix)_URL names no user for the token to log in; \(form)."
        case .tokenAndPassword: "\(prefix)_PASSWORD_FILE is set and so is a token; remove one of them."
        case .tokenURL: "\(prefix)_TOKEN_URL is no https:// address without user and fragment; correct it."
        case .tokenClient:
            "\(prefix)_TOKEN_URL needs \(prefix)_TOKEN_CLIENT_ID and \(prefix)_TOKEN_CLIENT_SECRET_FILE; set both."
        case .tokenCAFile:
            "\(prefix)_TOKEN_CA_FILE names a file that cannot be read; correct the path or its permissions."
        case .clientCertificate:
            "\(prefix)_CLIENT_CERT_FILE names a file that cannot be read; correct the path or its permissions."
        case .clientKey:
            "\(prefix)_CLIENT_KEY_FILE names a file that cannot be read; correct the path or its permissions."
        case .clientKeyExposed:
            "\(prefix)_CLIENT_KEY_FILE can be used by others than its owner; run `chmod 600` on it."
        case .password: "\(prefix)_PASSWORD_FILE is empty or holds more than one line; it must hold the password only."
        case .caFile: "\(prefix)_CA_FILE names a file that cannot be read; correct the path or its permissions."
        case .ehloName: "HOLDFAST_EHLO_NAME is no host name; use this machine's full name, as in mail.example.com."
        }
    }
}
