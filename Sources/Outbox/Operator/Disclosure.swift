import FoundationEssentials
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
        try await connection.query(.disclosure(of: what, note))
    }
}

extension Statement {
    /// The audit's line for addresses that are shown; each look has its own, whatever request it belongs to.
    /// - Parameters:
    ///   - address: whose, where it is one; the audit finds the line by it, and does not name it.
    ///   - subjects: whose addresses they are; the audit finds the line by each of them.
    static func disclosure(
        of what: String, address: String? = nil, subjects: Set<UUID> = [], _ note: OperatorNote
    ) -> Statement {
        Statement(
            "note_disclosure", SQL.noteDisclosure,
            [
                .text(what), .text(note.operatorName), .text(note.reason), .optional(address, Parameter.text),
                .uuidArray(subjects.map(\.self)),
            ])
    }
}
