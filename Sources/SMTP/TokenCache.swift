/// What is known of the tokens of one endpoint, and what to do next: a pure value.
struct TokenCache {
    /// What to do for somebody who needs a token.
    enum Step: Equatable {
        /// Log in with this one.
        case use(BearerToken)
        /// Ask the endpoint; tell the outcome with `succeed` or `fail`.
        case fetch
        /// Give up: the endpoint failed while the caller waited.
        case fail(TokenFailure)
    }

    /// How long a token that still serves is used after an attempt to replace it has failed.
    static let pause = Duration.seconds(30)

    private var token: BearerToken?
    private var isFetching = false
    private var failure: (reason: TokenFailure, at: ContinuousClock.Instant)?

    /// The next step for somebody who needs a token since `asked`.
    ///
    /// Whoever can be served with a token that still lives is, also while it is being replaced.
    func next(asked: ContinuousClock.Instant, now: ContinuousClock.Instant) -> Step {
        if let token, let lifetime = token.lifetime, now < lifetime.expiresAt {
            let isResting = failure.map { now < $0.at + Self.pause } ?? false
            if now < lifetime.refreshAt || isFetching || isResting { return .use(token) }
        } else if let failure, failure.at >= asked {
            return .fail(failure.reason)
        }
        return .fetch
    }

    /// Notes that the endpoint is being asked.
    mutating func begin() { isFetching = true }

    /// Takes the endpoint's new token.
    mutating func succeed(_ token: BearerToken) {
        self.token = token
        isFetching = false
        failure = nil
    }

    /// Notes that the endpoint gave none; throws unless the old token still serves, which is returned.
    mutating func fail(_ reason: TokenFailure, at now: ContinuousClock.Instant) throws(TokenFailure) -> BearerToken {
        isFetching = false
        // That one caller gave up says nothing to the others.
        if reason != .abandoned { failure = (reason, now) }
        guard let token, let lifetime = token.lifetime, now < lifetime.expiresAt else { throw reason }
        return token
    }

    /// Forgets a token that the relay refused, unless it has been replaced already.
    mutating func discard(_ refused: BearerToken) {
        if token == refused { token = nil }
    }
}
