import Glibc

/// Which names a browser may ask this server by.
///
/// A page elsewhere can have its own name resolve to this machine and then read what is served here (DNS rebinding);
/// its requests carry that name, and are refused. Only names need to be told apart: an address cannot be rebound, and a
/// port may have been forwarded from another.
struct ServedHost: Sendable {
    private let listening: String

    /// - Parameter listening: the name or address that is listened on, an IPv6 one without brackets.
    init(listening: String) {
        self.listening = listening.lowercased()
    }

    /// Whether a request with this Host field, `name` or `name:port`, is meant for this server.
    func serves(_ field: String?) -> Bool {
        guard let name = field.flatMap(Self.name) else { return false }
        if name == listening { return true }
        if Self.isLoopback(listening) { return Self.isLoopback(name) }
        return Self.isEveryAddress(listening) && (Self.isAddress(name) || Self.isLoopback(name))
    }

    /// Whether a name or an address is this machine's own, which nobody else reaches.
    static func isLoopback(_ name: String) -> Bool {
        name == "localhost" || name == "::1" || name.hasPrefix("127.") && isAddress(name)
    }

    private static func isEveryAddress(_ name: String) -> Bool { name == "0.0.0.0" || name == "::" }

    private static func isAddress(_ name: String) -> Bool {
        withUnsafeTemporaryAllocation(of: in6_addr.self, capacity: 1) { buffer in
            inet_pton(AF_INET, name, buffer.baseAddress) == 1 || inet_pton(AF_INET6, name, buffer.baseAddress) == 1
        }
    }

    private static func name(of field: String) -> String? {
        let field = field.lowercased()
        if field.hasPrefix("[") {
            return field.firstIndex(of: "]").map { String(field[field.index(after: field.startIndex)..<$0]) }
        }
        let name = field.prefix { $0 != ":" }
        return name.isEmpty ? nil : String(name)
    }
}
