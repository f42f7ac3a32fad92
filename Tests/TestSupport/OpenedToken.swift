import Foundation

/// What a token says, read by an independent implementation of PASETO.
package struct OpenedToken: Decodable, Sendable, Equatable {
    /// The claims of every token.
    package struct Claims: Decodable, Sendable, Equatable {
        package let aud: String
        package let exp: String
        package let gen: Int
        package let iat: String
        package let jti: String
        package let pur: String
        package let sub: String
    }

    /// The signed claims.
    package let claims: Claims
    /// The footer, which names the key.
    package let footer: String

    /// Opens a token once for each assertion; nil where the signature does not verify.
    ///
    /// - Parameter key: the public key as PASERK.
    package static func open(_ token: String, key: String, assertions: [String]) async throws -> [OpenedToken?] {
        let requests = assertions.map { ["key": key, "token": token, "assertion": $0] }
        return try await PythonTool.ask("open_tokens.py", stdin: JSONEncoder().encode(requests))
    }
}
