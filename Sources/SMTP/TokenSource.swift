/// Where the bearer token of a relay account comes from; one for all sessions to that relay.
///
/// Its methods may be called on any thread and block it: never call them on Swift's cooperative pool.
package protocol TokenSource: AnyObject, Sendable {
    /// The end of the name of the setting to look at when the relay refuses the token, such as `TOKEN_FILE`.
    var setting: String { get }

    /// The token to log in with now.
    ///
    /// - Parameter isWanted: Asked at least twice a second while one is being fetched; after a no it throws
    ///   `abandoned`.
    func token(isWanted: () -> Bool) throws(TokenFailure) -> BearerToken

    /// Notes that the relay refused this token, so that the next one is not the same again.
    func discard(_ token: BearerToken)

    /// Whether a session that was opened with this token may still be used.
    func isCurrent(_ token: BearerToken, at now: ContinuousClock.Instant) -> Bool
}
