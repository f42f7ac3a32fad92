/// An OAuth authorization server on loopback that issues, ends and knows tokens; it ends with this object.
///
/// Not thread-safe; each test owns its own.
package final class TokenServer {
    /// What it does.
    package struct Settings: Encodable {
        /// An answer that is not the real one.
        package struct Answer: Encodable {
            /// Its status; nil gives the real answer.
            package var status: Int?
            /// Its body.
            package var body = ""
            /// Whether it waits for `release`.
            package var isHeld = false

            /// An answer of this status.
            package init(_ status: Int? = nil, _ body: String = "", isHeld: Bool = false) {
                self.status = status
                self.body = body
                self.isHeld = isHeld
            }
        }

        /// The client that may fetch tokens, and what it must ask for.
        package var client = "holdfast-client", secret = "s&cret+ =é", scope = "https://relay.test/.default"
        /// Whose tokens they are.
        package var user = "me@practice.test"
        /// How many seconds a token lives.
        package var lifetime = 3600
        /// How long a token is, in bytes before base64.
        package var tokenBytes = 30
        /// The n-th is the answer to the n-th request, the last one repeating; none means the real answers.
        package var answers: [Answer] = []
        /// PEM files; nil speaks plain HTTP.
        package var certificate: String?, key: String?

        /// Real answers over plain HTTP.
        package init() {}
    }

    /// The port on 127.0.0.1.
    package let port: Int
    /// What it does.
    package let settings: Settings
    private let script: RunningScript

    /// Starts one.
    package init(_ settings: Settings = Settings()) async throws {
        self.settings = settings
        script = try await RunningScript("token_endpoint.py", settings)
        port = try script.next("listening").port ?? 0
    }

    /// Where tokens are fetched.
    package var url: String { "\(settings.certificate == nil ? "http" : "https")://127.0.0.1:\(port)/token" }
    /// Where a mail server asks whether a token is good.
    package var introspection: String { "http://127.0.0.1:\(port)/introspect" }

    /// A new token that serves.
    package func issue() throws -> String {
        try script.order("issue")
        guard let token = try script.next("issued").token else { throw TestSupportError("no token was issued") }
        return token
    }

    /// Ends every token issued so far.
    package func revoke() throws {
        try script.order("revoke")
        _ = try script.next("revoked")
    }

    /// Waits until a request is held back.
    package func awaitHolding() throws { _ = try script.next("holding") }

    /// Gives the answers that are held back, and holds none any more.
    package func release() throws { try script.order("release") }

    /// How many tokens have been fetched since the last event that was waited for.
    package func fetches() throws -> Int { try script.count("issued", before: "revoke", answeredBy: "revoked") }
}
