/// The configured start of every link, such as `https://book.example.org`.
///
/// It comes from configuration alone: a link built on a request's Host header could lead anywhere.
public struct LinkBase: Hashable, Sendable {
    /// The most characters a finished URL may have; longer ones are cut by mail programs and proxies.
    public static let maximumURLLength = 700

    /// The URL without a slash at its end.
    public let url: String
    /// The host in lower case, which is the audience of the links.
    public let audience: String

    /// A base from its URL; throws `invalidBase`.
    ///
    /// It must be `https`, or `http` to a loopback host. A port and a plain path are allowed; a user, a query, a
    /// fragment, `.` and `..`, escapes and empty path segments are not.
    public init(_ text: String) throws(LinkError) {
        let (scheme, rest) = try Self.scheme(of: text)
        let authority = rest.prefix { $0 != "/" }
        let (host, port) = try Self.host(of: authority)
        guard scheme == "https" || Self.isLoopback(host) else {
            throw LinkError(.invalidBase, "The link base must begin with https://; http:// is for loopback hosts only.")
        }
        let path = try Self.path(rest.dropFirst(authority.count))
        audience = host
        url = "\(scheme)://\(host)\(port)\(path)"
    }

    /// The URL of a token: the base, `/l/`, the purpose and the token.
    ///
    /// Throws `linkTooLong` above 700 characters.
    public func url(purpose: LinkPurpose, token: String) throws(LinkError) -> String {
        let link = "\(url)/l/\(purpose.rawValue)/\(token)"
        guard link.utf8.count <= Self.maximumURLLength else {
            throw LinkError(
                .linkTooLong, "A link would have more than \(Self.maximumURLLength) characters; shorten the link base.")
        }
        return link
    }

    private static func scheme(of text: String) throws(LinkError) -> (String, Substring) {
        // Lower-casing turns some characters beyond ASCII into ASCII letters, such as the Kelvin sign.
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        for scheme in ["https", "http"] where isASCII && text.lowercased().hasPrefix(scheme + "://") {
            return (scheme, text.dropFirst(scheme.count + 3))
        }
        throw LinkError(.invalidBase, "The link base must be a URL such as https://book.example.org.")
    }

    private static func host(of authority: Substring) throws(LinkError) -> (host: String, port: String) {
        let end = authority.lastIndex(of: "]").map(authority.index(after:)) ?? authority.startIndex
        let colon = authority[end...].firstIndex(of: ":") ?? authority.endIndex
        let host = authority[..<colon].lowercased()
        let port = authority[colon...]
        let number = port.dropFirst()
        let isPort =
            port.isEmpty
            || ((1...5).contains(number.utf8.count) && number.utf8.allSatisfy(\.isDigit)
                && (UInt16(number) ?? 0) != 0)
        guard Audience.isValid(host.utf8), isPort else {
            throw LinkError(
                .invalidBase,
                "The link base needs a plain host and at most a port: no user, and a foreign name in its xn-- form.")
        }
        return (host, String(port))
    }

    private static func path(_ text: Substring) throws(LinkError) -> String {
        let path = text.last == "/" ? text.dropLast() : text
        let segments = path.dropFirst().utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = segments.allSatisfy { segment in
            !segment.isEmpty && !segment.allSatisfy { $0 == .dot } && segment.allSatisfy(isUnreserved)
        }
        guard path.isEmpty || isPlain else {
            throw LinkError(
                .invalidBase,
                "The link base may have a plain path of letters, digits, `-`, `.`, `_` and `~`; no query, no fragment.")
        }
        return String(path)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isLowercase || byte.isUppercase || byte.isDigit || byte == .dash || byte == .dot
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && octets[0] == 127 && octets.allSatisfy { $0 != nil }
    }
}
