/// The address of a token endpoint: `https`, or `http` to this machine; without user and fragment (RFC 6749 §3.2).
struct TokenURL: Sendable {
    let text: String
    let isEncrypted: Bool

    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains("#")
        else { return nil }
        let authority = text[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), let (host, _) = try? RelayURL.hostAndPort(authority) else { return nil }
        switch text[..<separator.lowerBound].lowercased() {
        case "https": isEncrypted = true
        case "http" where RelayURL.isLoopback(host): isEncrypted = false
        default: return nil
        }
        self.text = text
    }
}
