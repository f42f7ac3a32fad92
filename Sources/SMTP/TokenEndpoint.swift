internal import Dispatch
internal import Synchronization

/// Fetches tokens by client credentials (RFC 6749 §4.4) and replaces them ahead of their end.
///
/// Shared by all sessions to the relay: one request at a time, on the thread of whoever needs the token; the others
/// use the old token while it lives, or wait.
package final class TokenEndpoint: TokenSource {
    private let url: TokenURL
    private let client: (id: String, secret: Password)
    private let scope: String?
    private let caFile: String?
    private let cache = Mutex(TokenCache())
    /// Whoever fetches holds it; `sync` runs on the caller's own thread.
    private let turn = DispatchQueue(label: "token-endpoint")

    /// Checks the settings of a token endpoint.
    ///
    /// - Parameters:
    ///   - url: `https://…`; `http://` only to this machine.
    ///   - clientID: The OAuth client.
    ///   - clientSecret: Sent in the form (§2.3.1).
    ///   - scope: What to ask for, such as `https://outlook.office365.com/.default`; nil asks for the default.
    ///   - caFile: A PEM file of the only authorities to trust; nil trusts the system's.
    ///   - settingPrefix: How this relay's settings begin, so that a refusal names the right one.
    /// - Throws: The first thing found wrong.
    package init(
        url: String, clientID: String?, clientSecret: Password?, scope: String?, caFile: String?,
        settingPrefix: String = "HOLDFAST_SMTP"
    ) throws(RelaySettingsError) {
        guard let url = TokenURL(url) else { throw RelaySettingsError(code: .tokenURL, prefix: settingPrefix) }
        guard let clientID, let clientSecret else {
            throw RelaySettingsError(code: .tokenClient, prefix: settingPrefix)
        }
        if let caFile, !RelayFile.isReadable(caFile) {
            throw RelaySettingsError(code: .tokenCAFile, prefix: settingPrefix)
        }
        self.url = url
        client = (clientID, clientSecret)
        self.scope = scope
        self.caFile = caFile
    }

    /// `TOKEN_URL`.
    package var setting: String { "TOKEN_URL" }

    /// The token at hand, or a new one where its time has come.
    package func token(isWanted: () -> Bool) throws(TokenFailure) -> BearerToken {
        let asked = ContinuousClock.now
        if case .use(let token) = cache.withLock({ $0.next(asked: asked, now: asked) }) { return token }
        return try turn.sync { self.fetchIfNeeded(asked: asked, isWanted: isWanted) }.get()
    }

    /// Forgets the token, so that the next one is fetched.
    package func discard(_ token: BearerToken) { cache.withLock { $0.discard(token) } }

    /// Whether the token has not expired.
    package func isCurrent(_ token: BearerToken, at now: ContinuousClock.Instant) -> Bool {
        token.lifetime.map { now < $0.expiresAt } ?? true
    }

    private func fetchIfNeeded(
        asked: ContinuousClock.Instant, isWanted: () -> Bool
    ) -> Result<BearerToken, TokenFailure> {
        switch cache.withLock({ $0.next(asked: asked, now: .now) }) {
        case .use(let token): return .success(token)
        case .fail(let reason): return .failure(reason)
        case .fetch: break
        }
        cache.withLock { $0.begin() }
        do throws(TokenFailure) {
            let token = try fetch(isWanted)
            cache.withLock { $0.succeed(token) }
            return .success(token)
        } catch {
            return Result { () throws(TokenFailure) in
                try cache.withLock { cache throws(TokenFailure) in try cache.fail(error, at: .now) }
            }
        }
    }

    private func fetch(_ isWanted: () -> Bool) throws(TokenFailure) -> BearerToken {
        let start = ContinuousClock.now
        var form = [
            ("grant_type", "client_credentials"), ("client_id", client.id), ("client_secret", client.secret.text),
        ]
        if let scope { form.append(("scope", scope)) }
        let answer = try FormPost.send(form, to: url, caFile: caFile, isWanted: isWanted)
        return try TokenAnswer.token(status: answer.status, body: answer.body, askedAt: start)
    }
}
