internal import Glibc

/// The parts of `smtp[s]://[user@]host[:port]`, and nothing else that a URL could carry.
struct RelayURL {
    let isImplicitTLS: Bool
    let user: String?
    let host: String
    let port: Int

    init(_ url: String) throws(RelaySettingsError.Code) {
        guard let separator = url.firstRange(of: "://") else { throw .scheme }
        switch url[..<separator.lowerBound].lowercased() {
        case "smtps": isImplicitTLS = true
        case "smtp": isImplicitTLS = false
        default: throw .scheme
        }
        let authority = url[separator.upperBound...]
        guard !authority.contains(where: { "/?#".contains($0) }) else { throw .trailingParts }
        let at = authority.lastIndex(of: "@")
        user = try at.map { at throws(RelaySettingsError.Code) in try Self.user(authority[..<at]) }
        let (host, port) = try Self.hostAndPort(at.map { authority[authority.index(after: $0)...] } ?? authority)
        self.host = host
        self.port = port ?? (isImplicitTLS ? 465 : 587)
    }

    /// Whether connecting to the host cannot leave this machine: 127.0.0.0/8, ::1 or `localhost`.
    ///
    /// libcurl resolves `localhost` itself, always to loopback, so no DNS answer can turn it into another host.
    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        var v4 = in_addr()
        if inet_pton(AF_INET, host, &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, host, &v6) == 1 else { return false }
        return withUnsafeBytes(of: v6) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    /// Whether a text has the characters and lengths of a host name or an IPv4 address.
    static func isHostName(_ name: some StringProtocol) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }

    private static func user(_ encoded: Substring) throws(RelaySettingsError.Code) -> String {
        guard !encoded.contains(":") else { throw .passwordInURL }
        var bytes: [UInt8] = []
        var rest = Substring(encoded).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = Substring(rest.prefix(2))
            guard digits.allSatisfy(\.isHexDigit), digits.count == 2, let value = UInt8(digits, radix: 16) else {
                throw .user
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard !bytes.isEmpty, let user = String(validating: bytes, as: UTF8.self),
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { throw .user }
        return user
    }

    /// A host name, an IPv4 address or a bracketed IPv6 address, and the port after it if there is one.
    static func hostAndPort(_ text: Substring) throws(RelaySettingsError.Code) -> (String, Int?) {
        var host = text
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw .host }
            host = text[text.index(after: text.startIndex)..<close]
            var v6 = in6_addr()
            guard inet_pton(AF_INET6, String(host), &v6) == 1 else { throw .host }
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                portText = text[text.index(after: colon)...]
            }
            guard isHostName(host) else { throw .host }
        }
        guard let portText else { return (String(host), nil) }
        guard portText.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(portText), (1...65535).contains(port)
        else { throw .port }
        return (String(host), port)
    }
}
