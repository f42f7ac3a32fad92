/// A link, a key ring or a setting that cannot be used: what kind it is, and a sentence that names the way out.
///
/// It never holds a token or an address. What a visitor's link can have wrong with it is a `LinkRefusal` instead.
public struct LinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of mistake a caller may want to tell apart.
    public enum Code: String, Sendable {
        /// The audience is not a host name.
        case invalidAudience
        /// The environment is not `[a-z0-9-]{1,16}`.
        case invalidEnvironment
        /// The key id is not `[A-Za-z0-9-]{1,16}`.
        case invalidKeyID
        /// The base of the links is not a URL that links can be built on.
        case invalidBase
        /// The claims cannot be written as a token.
        case invalidClaims
        /// The published keys are not in the documented form.
        case invalidKeyRing
        /// The finished URL is longer than mail programs carry safely.
        case linkTooLong
        /// libcrypto did not sign.
        case signingFailed
    }

    /// What kind of mistake this is.
    public let code: Code
    /// One sentence with the way out.
    public let context: String

    init(_ code: Code, _ context: String) {
        self.code = code
        self.context = context
    }

    /// The sentence.
    public var description: String { context }
}
