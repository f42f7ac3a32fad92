/// How one relay stands, for whoever watches: health checks and metrics.
package struct RelayState: Sendable, Equatable {
    /// Where its breaker stands.
    package enum State: String, Sendable, CaseIterable {
        /// Letters go.
        case closed
        /// Nothing goes; it is probed from time to time.
        case open
        /// The last probe succeeded; one letter tries it.
        case halfOpen = "half-open"
    }

    /// Scheme, host and port: safe to print.
    package let name: String
    /// Where its breaker stands.
    package let state: State
    /// How many sessions it gets at most now.
    package let limit: Int
    /// How many sessions carry a letter to it now.
    package let sessionsInUse: Int
    /// Why it is not closed: one sentence that names nobody; nil while it is closed.
    package let trouble: String?
    /// Since when it is not closed; nil while it is.
    package let since: ContinuousClock.Instant?
}
