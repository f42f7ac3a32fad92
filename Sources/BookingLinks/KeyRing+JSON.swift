import FoundationEssentials
import Signing

extension KeyRing {
    /// A key ring from its published form, `{"keys":[{"kid","paserk","state","not_after"}]}`.
    ///
    /// `not_after` is `2026-03-04T17:00:00Z`, null or absent; other members are ignored. Throws `invalidKeyRing` or
    /// `invalidKeyID`: a list that is only half understood is not used at all.
    public init(json: [UInt8]) throws(LinkError) {
        let published: PublishedKeys
        do {
            published = try JSONDecoder().decode(PublishedKeys.self, from: Data(json))
        } catch {
            throw LinkError(
                .invalidKeyRing,
                #"Published keys are JSON of the form {"keys":[{"kid":…,"paserk":…,"state":…,"not_after":…}]}."#)
        }
        var entries: [Entry] = []
        for key in published.keys {
            entries.append(try key.entry())
        }
        try self.init(entries)
    }

    /// The published form, in the order of the ids and the same bytes each time.
    public func json() throws(LinkError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(PublishedKeys(keys: entries.map(PublishedKey.init))))
        } catch {
            throw LinkError(.invalidKeyRing, "The keys cannot be written as JSON.")
        }
    }
}

private struct PublishedKeys: Codable {
    let keys: [PublishedKey]
}

private struct PublishedKey: Codable {
    let kid: String
    let paserk: String
    let state: KeyRing.State
    let notAfter: String?

    enum CodingKeys: String, CodingKey {
        case kid, paserk, state
        case notAfter = "not_after"
    }

    init(_ entry: KeyRing.Entry) {
        kid = entry.keyID.description
        paserk = entry.publicKey.paserk
        state = entry.state
        notAfter = entry.notAfter.flatMap(Instant.text)
    }

    /// Written by hand because the synthesized form leaves an absent `not_after` out instead of writing null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kid, forKey: .kid)
        try container.encode(paserk, forKey: .paserk)
        try container.encode(state, forKey: .state)
        try container.encode(notAfter, forKey: .notAfter)
    }

    func entry() throws(LinkError) -> KeyRing.Entry {
        let keyID = try KeyID(kid)
        guard let publicKey = try? PublicKey(paserk: paserk) else {
            throw LinkError(.invalidKeyRing, "The `paserk` of key \(keyID) is not a k4.public key.")
        }
        let end = try notAfter.map { text throws(LinkError) in
            guard let end = Instant.parse(text.utf8) else {
                throw LinkError(
                    .invalidKeyRing, "The `not_after` of key \(keyID) is not an instant such as 2026-03-04T17:00:00Z.")
            }
            return end
        }
        return KeyRing.Entry(keyID: keyID, publicKey: publicKey, state: state, notAfter: end)
    }
}
