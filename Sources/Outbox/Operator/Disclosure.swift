package import Postgres

/// Records that somebody looks at addresses.
package struct Disclosure: Sendable {
    let connection: Connection

    /// The audit as this connection reaches it.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Writes it down; to be called before the addresses are printed.
    ///
    /// `what` is a few words that name nobody.
    package func record(_ what: String, _ note: OperatorNote) async throws {
        try await connection.query(.showAddresses(of: what, note))
    }
}

extension Statement {
    /// The audit's line for addresses that are shown; each look has its own, whatever request it belongs to.
    static func showAddresses(of what: String, _ note: OperatorNote) -> Statement {
        Statement(
            "note_action", SQL.noteAction,
            [.text(note.operatorName), .text("show_addresses"), .text(what), .text(note.reason), .null])
    }
}
