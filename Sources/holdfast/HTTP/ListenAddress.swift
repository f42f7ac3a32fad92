import Preview

/// Where something is served: a host and a port.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or an address, an IPv6 one without brackets.
    let host: String
    /// 0 lets the system choose.
    let port: Int

    /// A port alone is one on this machine only.
    private static let loopback = "127.0.0.1"

    /// A host, without brackets, and a port.
    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `PORT`, `HOST:PORT` or `[IPv6]:PORT`.
    init(_ text: String) throws {
        let colon = text.lastIndex(of: ":")
        let host = colon.map { text[..<$0] } ?? Self.loopback[...]
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = UInt16(digits), digits.allSatisfy(\.isASCII), let host = Self.unbracketed(host) else {
            throw Unusable("must be a port, or a host and a port such as 127.0.0.1:9464 or [::1]:9464")
        }
        self.host = host
        self.port = Int(port)
    }

    private static func unbracketed(_ host: Substring) -> String? {
        if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
        let isPlain = !host.isEmpty && !host.contains { ":[]/@ ".contains($0) }
        return isPlain ? String(host) : nil
    }

    /// Whether nobody but this machine reaches it.
    var isLoopback: Bool { PreviewServer.isLoopback(host) }

    /// What a browser is given.
    var url: String { "http://\(self)/" }

    /// As it is written in the settings.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
