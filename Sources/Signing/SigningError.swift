/// A failure of the signing library: what kind it is, and a sentence that names the way out.
///
/// It never holds key material, a message or a signature. Callers decide by `code`; people read `description`.
public struct SigningError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    public enum Code: String, Sendable {
        /// The bytes or the text are not a key in the form that was asked for.
        case malformedKey
        /// A well-formed key, but not an Ed25519 key.
        case wrongKeyType
        /// The key file does not exist, or could not be opened or read.
        case unreadableKeyFile
        /// Someone other than the owner may read or write the key file.
        case exposedKeyFile
        /// The path names a directory, a pipe or a device.
        case notARegularFile
        /// A key is never written over an existing file.
        case keyFileExists
        /// The key file could not be created, written or made durable.
        case unwritableKeyFile
        /// libcrypto reported a failure that the arguments do not explain.
        case libraryFailure
    }

    /// What kind of failure this is.
    public let code: Code
    /// One sentence for the operator, with the way out.
    public let context: String
    /// What libcrypto had queued when the call failed, oldest first; numbers and routine names only.
    public let libraryErrors: [String]

    /// Makes an error; `libraryErrors` are those drained at the failing call.
    init(_ code: Code, _ context: String, libraryErrors: [String] = []) {
        self.code = code
        self.context = context
        self.libraryErrors = libraryErrors
    }

    /// The sentence, followed by what libcrypto said.
    public var description: String {
        libraryErrors.isEmpty ? context : "\(context) [\(libraryErrors.joined(separator: "; "))]"
    }
}
