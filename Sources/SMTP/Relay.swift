/// A relay to send through: checked settings, and the one TLS policy that follows from them.
///
/// The policy has no switch. `smtps://` is TLS from the first byte. `smtp://` must upgrade with STARTTLS, except to
/// loopback without user, CA file and client certificate, which is plaintext. A secret never crosses an unencrypted
/// connection.
package struct Relay: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How the connection is protected.
    package enum Security: Sendable {
        /// TLS from the first byte.
        case implicitTLS
        /// STARTTLS, without which nothing is sent.
        case startTLS
        /// No TLS; only ever to this machine.
        case plaintextLoopback
    }

    /// The host: a name, an IPv4 address or an IPv6 address without brackets.
    package let host: String
    /// The port; 465 for `smtps`, 587 for `smtp` when the URL names none.
    package let port: Int
    /// How the connection is protected.
    package let security: Security
    /// The name this client gives in EHLO.
    package let ehloName: String
    /// The most letters a second that the relay wants, from all workers together; nil when it names no limit.
    package let ratePerSecond: Double?
    /// Whether this client proves to the relay who it is, by AUTH.
    package var logsIn: Bool { credentials != nil }
    let credentials: Credentials?
    let clientCertificate: ClientCertificate?
    let caFile: String?
    let settingPrefix: String

    /// Checks the settings of one relay.
    ///
    /// - Parameters:
    ///   - url: `smtps://user@host:465`, `smtp://host:587`; the user percent-encoded.
    ///   - password: Required exactly when the URL names a user and neither token nor certificate prove who that is.
    ///   - token: Instead of a password.
    ///   - clientCertificate: Shown to a relay that asks for one; with a user and neither password nor token it is
    ///     also the login, by AUTH EXTERNAL.
    ///   - caFile: A PEM file of the only authorities to trust; nil trusts the system's.
    ///   - ehloName: A host name, or an address literal such as `[192.0.2.1]`.
    ///   - ratePerSecond: The most letters a second, from all workers together.
    ///   - settingPrefix: How this relay's settings begin, so that a refusal names the right one.
    /// - Throws: The first thing found wrong.
    package init(
        url: String, password: Password?, token: (any TokenSource)? = nil, clientCertificate: ClientCertificate? = nil,
        caFile: String?, ehloName: String, ratePerSecond: Double? = nil, settingPrefix: String = "HOLDFAST_SMTP"
    ) throws(RelaySettingsError) {
        func refusal(_ code: RelaySettingsError.Code) -> RelaySettingsError {
            RelaySettingsError(code: code, prefix: settingPrefix)
        }
        let parts: RelayURL
        do throws(RelaySettingsError.Code) {
            parts = try RelayURL(url)
            credentials = try Credentials.choose(user: parts.user, password, token, clientCertificate)
        } catch { throw refusal(error) }
        if let password, !Self.isOneLine(password.text) { throw refusal(.password) }
        if let caFile, !RelayFile.isReadable(caFile) { throw refusal(.caFile) }
        guard Self.isEHLOName(ehloName) else { throw refusal(.ehloName) }
        host = parts.host
        port = parts.port
        if parts.isImplicitTLS {
            security = .implicitTLS
        } else if RelayURL.isLoopback(parts.host), caFile == nil, parts.user == nil, clientCertificate == nil {
            security = .plaintextLoopback
        } else {
            security = .startTLS
        }
        self.clientCertificate = clientCertificate
        self.caFile = caFile
        self.ratePerSecond = ratePerSecond
        self.ehloName = ehloName
        self.settingPrefix = settingPrefix
    }

    /// Scheme, host and port: safe to print.
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(security == .implicitTLS ? "smtps" : "smtp")://\(name):\(port)"
    }
    /// Scheme, host and port: safe to print.
    package var debugDescription: String { description }
    /// No children, so that `dump` and error reporters find neither user nor password.
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    private static func isOneLine(_ text: String) -> Bool {
        !text.isEmpty && !text.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }

    private static func isEHLOName(_ name: String) -> Bool {
        guard (1...255).contains(name.utf8.count) else { return false }
        guard name.hasPrefix("[") else { return RelayURL.isHostName(name) }
        return name.hasSuffix("]")
            && name.dropFirst().dropLast().allSatisfy { $0.isASCII && ($0.isHexDigit || "IPv6:.".contains($0)) }
    }
}
