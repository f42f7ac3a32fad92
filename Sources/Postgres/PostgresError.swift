/// Why a database call failed: a code, where it happened, and names; never a value, a password or a parameter.
///
/// Two errors are equal when their codes are.
package struct PostgresError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, in the terms a caller can act on.
    package enum Code: Hashable, Sendable {
        /// The settings cannot work; nothing was sent.
        case invalidSettings
        /// No connection came about within the connect timeout.
        case connectionFailed
        /// The connection broke during use. Whether the last statements took effect is unknown if they were sent.
        case connectionLost
        /// The connection was closed before, by us.
        case closed
        /// The server did not answer in time; the connection is given up, and the outcome is unknown.
        case timedOut
        /// The server refused a statement.
        case server(SQLState)
        /// A parameter, statement or name that cannot be sent; nothing was sent.
        case invalidParameter
        /// A result that does not fit what the caller asked for.
        case decoding(DecodingFailure)
        /// COMMIT was asked for, but the transaction had failed: it was rolled back.
        case transactionAborted
        /// Another task's transaction is open on this connection.
        case busy
        /// The statement needs something this connection does not offer, such as COPY or LISTEN through a pooler.
        case unsupported
    }

    /// What went wrong.
    package let code: Code
    /// One sentence without values.
    package let message: String
    /// The server's SQLSTATE, also when it came with a lost or refused connection.
    package internal(set) var sqlState: SQLState?
    /// The failing statement's name, as its `Statement` calls it.
    package internal(set) var statement: String?
    /// The failing statement's place in its pipeline, from 0.
    package internal(set) var index: Int?
    /// The constraint the server named.
    package internal(set) var constraint: String?
    /// The table the server named.
    package internal(set) var table: String?
    /// The column the server or the decoder named.
    package internal(set) var column: String?
    /// Where in the statement's text the server found the error: a character number from 1.
    package internal(set) var position: Int?
    /// The source file and line that made the call.
    package internal(set) var callSite: String?

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        if case .server(let state) = code { sqlState = state }
    }

    /// Whether the same work can succeed later without anyone changing anything.
    package var isTransient: Bool {
        switch code {
        case .connectionFailed, .connectionLost: sqlState?.isTransient ?? true
        case .timedOut, .busy: true
        case .server(let state): state.isTransient
        case .invalidSettings, .closed, .invalidParameter, .decoding, .transactionAborted, .unsupported: false
        }
    }

    /// Whether the connection can no longer be used after this error.
    package var endsConnection: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .closed, .timedOut: true
        default: false
        }
    }

    /// The message and, in brackets, every name that is known; safe to log.
    package var description: String {
        let facts: [(String, String?)] = [
            ("SQLSTATE", sqlState?.rawValue), ("statement", statement), ("index", index.map(String.init)),
            ("constraint", constraint), ("table", table), ("column", column),
            ("position", position.map(String.init)), ("at", callSite),
        ]
        let known = facts.compactMap { name, value in value.map { "\(name) \($0)" } }
        return known.isEmpty ? message : "\(message) [\(known.joined(separator: ", "))]"
    }

    /// Equal when the codes are equal.
    package static func == (left: PostgresError, right: PostgresError) -> Bool {
        left.code == right.code
    }

    /// This error with the statement's name, place and call site added.
    func during(_ statement: Statement, index: Int? = nil) -> PostgresError {
        var error = self
        error.statement = statement.name
        error.index = index
        error.callSite = statement.callSite
        return error
    }
}

/// Why a cell could not become the value that was asked for.
package enum DecodingFailure: Error, Hashable, Sendable {
    /// The result has no such column.
    case unknownColumn
    /// NULL where a value is needed.
    case unexpectedNull
    /// The column's type does not decode as the type that was asked for; cast it in SQL.
    case wrongType
    /// Bytes that are not UTF-8, or text with a NUL.
    case invalidText
    /// The right type, but a value that does not fit.
    case outOfRange
    /// Bytes that are not what the column's type promises.
    case malformed
}
