package import Postgres

/// The queue: every statement of it by name, over one connection.
///
/// A value without state. The statements of one call go out together; what the connection promises about threads,
/// deadlines and cancellation holds here too. After an error of the server nothing of the call was done.
package struct Outbox: Sendable {
    let connection: Connection

    /// The queue as this connection reaches it.
    package init(_ connection: Connection) {
        self.connection = connection
    }
}
