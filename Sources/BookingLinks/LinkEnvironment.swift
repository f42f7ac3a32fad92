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
