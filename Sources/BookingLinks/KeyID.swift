/// The name of a signing key, such as `2026-03a`: 1 to 16 of `A-Z`, `a-z`, `0-9` and `-`.
///
/// The pattern keeps it harmless wherever a key is looked up.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
    /// The id.
    public let description: String

    /// A key id from its text; throws `invalidKeyID`.
    public init(_ text: String) throws(LinkError) {
        let isAllowed = text.utf8.allSatisfy { $0.isLowercase || $0.isUppercase || $0.isDigit || $0 == .dash }
        guard (1...16).contains(text.utf8.count), isAllowed else {
            throw LinkError(.invalidKeyID, "A key id is 1 to 16 of A-Z, a-z, 0-9 and `-`, such as `2026-03a`.")
        }
        description = text
    }
}
