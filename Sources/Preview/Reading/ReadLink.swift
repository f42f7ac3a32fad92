package import BookingLinks
package import FoundationEssentials

/// Somewhere a letter leads.
package struct ReadLink: Sendable, Hashable {
    /// The address.
    package let url: String
    /// The words it stands under in the HTML, where it first does; nil when it stands in the text alone.
    package let label: String?
    /// Whether the HTML leads there.
    package let isInHTML: Bool
    /// Whether the text does.
    package let isInText: Bool
    /// What a booking link is for, as its path says; nil for any other link.
    package let purpose: LinkPurpose?
    /// When a booking link ends; nil when that could not be read from it.
    package let expiresAt: Date?
    /// `yes`, `no` with the reason after a colon, `not verified`, or `not a booking link`.
    package let verdict: String
    /// Whether a booking link is genuine and in time; nil for any other link, and without a verifier.
    package let isGenuine: Bool?
}

extension ReadLetter {
    /// Where the letter leads, each address once: in the order of the HTML, then what stands in the text alone.
    ///
    /// - Parameters:
    ///   - verifier: judges the booking links; nil leaves them unjudged.
    ///   - now: the moment they are judged for.
    package func links(verifiedBy verifier: LinkVerifier?, at now: Date) -> [ReadLink] {
        let inHTML = html.map(LetterHTML.links) ?? []
        let inText = text.map(LetterText.addresses) ?? []
        let labels = Dictionary(inHTML.map { ($0.address, $0.label) }) { first, _ in first }
        let textAddresses = Set(inText)
        var seen: Set<String> = []
        return (inHTML.map(\.address) + inText).filter { seen.insert($0).inserted }.map { address in
            let judgement = BookingLink(address).map { $0.judged(by: verifier, at: now) }
            return ReadLink(
                url: address, label: labels[address], isInHTML: labels[address] != nil,
                isInText: textAddresses.contains(address), purpose: judgement?.purpose,
                expiresAt: judgement?.expiresAt, verdict: judgement?.verdict ?? "not a booking link",
                isGenuine: judgement?.isGenuine)
        }
    }
}

/// An address of the form `<base>/l/<purpose>/<token>`.
private struct BookingLink {
    private let host: String
    private let purpose: LinkPurpose
    private let token: String

    struct Judgement {
        let purpose: LinkPurpose
        var expiresAt: Date?
        var verdict: String
        var isGenuine: Bool?
    }

    init?(_ address: String) {
        let pieces = address.prefix { $0 != "?" && $0 != "#" }.split(separator: "/", omittingEmptySubsequences: false)
        guard pieces.count >= 6, pieces[1].isEmpty, pieces[pieces.count - 3] == "l",
            let purpose = LinkPurpose(rawValue: String(pieces[pieces.count - 2])), let token = pieces.last
        else { return nil }
        (host, self.purpose, self.token) = (Self.host(of: pieces[2]), purpose, String(token))
    }

    private static func host(of authority: Substring) -> String {
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let end = host.lastIndex(of: "]").map(host.index(after:)) ?? host.startIndex
        return host[..<(host[end...].firstIndex(of: ":") ?? host.endIndex)].lowercased()
    }

    func judged(by verifier: LinkVerifier?, at now: Date) -> Judgement {
        guard let verifier else { return Judgement(purpose: purpose, verdict: "not verified") }
        var judgement = Judgement(purpose: purpose, verdict: "yes", isGenuine: true)
        do {
            let claims = try verifier.verify(token, for: purpose, at: now)
            judgement.expiresAt = claims.expiresAt
            // A genuine token under a stranger's address would be handed to the stranger.
            if claims.audience != host { (judgement.verdict, judgement.isGenuine) = ("no: leads elsewhere", false) }
        } catch {
            if case .expired(let end, _) = error { judgement.expiresAt = end }
            (judgement.verdict, judgement.isGenuine) = ("no: \(error.reason)", false)
        }
        return judgement
    }
}

extension LinkRefusal {
    /// The reason in a few words.
    fileprivate var reason: String {
        switch self {
        case .malformed: "not a token"
        case .unknownKey: "unknown key"
        case .badSignature: "wrong signature"
        case .invalidClaims: "wrong claims"
        case .wrongAudience: "for another site"
        case .expired: "expired"
        case .notYetValid: "not valid yet"
        case .wrongPurpose: "for another purpose"
        }
    }
}
