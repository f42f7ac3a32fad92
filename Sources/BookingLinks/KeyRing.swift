public import FoundationEssentials
public import Signing

/// The public keys a verifier accepts, each under its id.
public struct KeyRing: Hashable, Sendable {
    /// Where a key is in its life.
    public enum State: String, Hashable, Sendable, Codable {
        /// Published ahead of its use. Accepted: the signer may move to it before a verifier fetches the list again.
        case next
        /// The key that signs now.
        case active
        /// Signs no more; its links are accepted until `notAfter`.
        case retired
        /// Known to be compromised; nothing it signed is accepted.
        case revoked
    }

    /// One published key.
    public struct Entry: Hashable, Sendable {
        /// The id that tokens name.
        public let keyID: KeyID
        /// The key itself.
        public let publicKey: PublicKey
        /// Where the key is in its life.
        public let state: State
        /// From this instant on nothing it signed is accepted; nil without such an end.
        public let notAfter: Date?

        /// An entry from its values.
        public init(keyID: KeyID, publicKey: PublicKey, state: State = .active, notAfter: Date? = nil) {
            self.keyID = keyID
            self.publicKey = publicKey
            self.state = state
            self.notAfter = notAfter
        }

        func isAccepted(at now: Date) -> Bool {
            state != .revoked && notAfter.map { now < $0 } ?? true
        }
    }

    private let entriesByID: [KeyID: Entry]

    /// A key ring from its entries; throws `invalidKeyRing` when two have the same id.
    public init(_ entries: [Entry]) throws(LinkError) {
        entriesByID = Dictionary(entries.map { ($0.keyID, $0) }) { first, _ in first }
        guard entriesByID.count == entries.count else {
            throw LinkError(.invalidKeyRing, "Two keys have the same `kid`; every key needs its own.")
        }
    }

    /// The entries, in the order of their ids.
    public var entries: [Entry] {
        entriesByID.values.sorted { $0.keyID.description < $1.keyID.description }
    }

    /// The key to verify with, or nil where the id is unknown, its key revoked, or its time over at `now`.
    public func publicKey(for keyID: KeyID, at now: Date) -> PublicKey? {
        guard let entry = entriesByID[keyID], entry.isAccepted(at: now) else { return nil }
        return entry.publicKey
    }
}
