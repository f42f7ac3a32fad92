/// The name of the installation a link belongs to, such as `prod` or `staging`: 1 to 16 of `a-z`, `0-9` and `-`.
///
/// It is part of what is signed and never part of the link, so that a link of one environment fails in every other.
public struct LinkEnvironment: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// An environment from its name; throws `invalidEnvironment`.
    public init(_ name: String) throws(LinkError) {
        guard (1...16).contains(name.utf8.count), name.utf8.allSatisfy({ $0.isLowercase || $0.isDigit || $0 == .dash })
        else {
            throw LinkError(.invalidEnvironment, "An environment is 1 to 16 of a-z, 0-9 and `-`, such as `prod`.")
        }
        description = name
    }

    /// What a route of this purpose adds to the signed bytes without it being in the token: `bl1.<env>.<pur>`.
    func assertion(for purpose: LinkPurpose) -> [UInt8] {
        Array("bl1.\(description).\(purpose.rawValue)".utf8)
    }
}

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

extension UInt8 {
    static let dash = UInt8(ascii: "-")
    static let dot = UInt8(ascii: ".")

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLowercase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
}
