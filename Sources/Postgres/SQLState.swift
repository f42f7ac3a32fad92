/// A five-character SQLSTATE, the stable name of a server error (PostgreSQL manual, Appendix A).
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters, such as `23505`.
    package let rawValue: String

    /// Wraps a code; any text is accepted, because extensions and functions define codes of their own.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The first two characters, the class of the error.
    package var errorClass: Substring { rawValue.prefix(2) }

    /// The five characters.
    package var description: String { rawValue }

    /// 23502: a column that must have a value got none.
    package static let notNullViolation = SQLState(rawValue: "23502")
    /// 23503: a row refers to one that does not exist, or is still referred to.
    package static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// 23505: a unique key exists already.
    package static let uniqueViolation = SQLState(rawValue: "23505")
    /// 23514: a check constraint refused the row.
    package static let checkViolation = SQLState(rawValue: "23514")
    /// 23P01: an exclusion constraint refused the row, such as two reservations of one slot.
    package static let exclusionViolation = SQLState(rawValue: "23P01")
    /// 25P02: an earlier statement failed, so the transaction only takes a rollback.
    package static let inFailedTransaction = SQLState(rawValue: "25P02")
    /// 26000: a prepared statement the server does not know (any more).
    package static let invalidStatementName = SQLState(rawValue: "26000")
    /// 0A000: not supported; also "cached plan must not change result type" of a prepared statement.
    package static let featureNotSupported = SQLState(rawValue: "0A000")
    /// 40001: serialization failure; the transaction may be run again.
    package static let serializationFailure = SQLState(rawValue: "40001")
    /// 40P01: deadlock; the transaction may be run again.
    package static let deadlockDetected = SQLState(rawValue: "40P01")
    /// 42501: the role may not do this.
    package static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// 42P01: a table or view that does not exist.
    package static let undefinedTable = SQLState(rawValue: "42P01")
    /// 55P03: the lock was not free within `lock_timeout`.
    package static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// 57014: cancelled, by `statement_timeout` or by request.
    package static let queryCanceled = SQLState(rawValue: "57014")
    /// 57P01: an administrator ended the session or is stopping the server.
    package static let adminShutdown = SQLState(rawValue: "57P01")

    /// Whether the same work can succeed later without anyone changing anything.
    var isTransient: Bool {
        switch errorClass {
        case "08", "40", "53": true  // connection trouble, rolled back, out of resources
        case "57": self != SQLState(rawValue: "57P04")  // stopped by an operator; not: the database was dropped
        default: self == .lockNotAvailable || self == SQLState(rawValue: "25P03")  // idle in transaction too long
        }
    }
}
