internal import Glibc

/// A relay to send through: checked settings, and the one TLS policy that follows from them.
///
/// The policy has no switch. `smtps://` is TLS from the first byte. `smtp://` must upgrade with STARTTLS, except to
/// loopback without user and CA file, which is plaintext. A password never crosses an unencrypted connection.
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
    let credentials: (user: String, password: Password)?
    let caFile: String?
    let settingPrefix: String

    /// Checks the settings of one relay.
    ///
    /// - Parameters:
    ///   - url: `smtps://user@host:465`, `smtp://host:587`; the user percent-encoded.
    ///   - password: Required exactly when the URL names a user.
    ///   - caFile: A PEM file of the only authorities to trust; nil trusts the system's.
    ///   - ehloName: A host name, or an address literal such as `[192.0.2.1]`.
    ///   - settingPrefix: How this relay's settings begin, so that a refusal names the right one.
    /// - Throws: The first thing found wrong.
    package init(
        url: String, password: Password?, caFile: String?, ehloName: String, settingPrefix: String = "HOLDFAST_SMTP"
    ) throws(RelaySettingsError) {
        func refusal(_ code: RelaySettingsError.Code) -> RelaySettingsError {
            RelaySettingsError(code: code, prefix: settingPrefix)
        }
        let parts: RelayURL
        do { parts = try RelayURL(url) } catch { throw refusal(error) }
        switch (parts.user, password) {
        case (nil, nil): credentials = nil
        case (let user?, let password?): credentials = (user, password)
        case (_?, nil): throw refusal(.passwordMissing)
        case (nil, _?): throw refusal(.userMissing)
        }
        if let password, !Self.isOneLine(password.text) { throw refusal(.password) }
        if let caFile, access(caFile, R_OK) != 0 { throw refusal(.caFile) }
        guard Self.isEHLOName(ehloName) else { throw refusal(.ehloName) }
        host = parts.host
        port = parts.port
        if parts.isImplicitTLS {
            security = .implicitTLS
        } else if RelayURL.isLoopback(parts.host), caFile == nil, parts.user == nil {
            security = .plaintextLoopback
        } else {
            security = .startTLS
        }
        self.caFile = caFile
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
