/// A NOTIFY that arrived on a channel the connection listens to.
package struct Notification: Sendable, Hashable {
    /// The channel it came on.
    package let channel: String
    /// Its payload, empty when there was none.
    package let payload: String
    /// The server process of the session that sent it.
    package let backendPID: Int32
}
