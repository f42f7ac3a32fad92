/// What an operator does to letters that are owed.
package enum OwedAction: Sendable, Equatable {
    /// Tries one now that waits for another attempt.
    case retry
    /// Keeps it from leaving until it is released.
    case hold
    /// Lets go what is held; one that is in doubt is sent once more or dropped, and refused when that is not said, as is
    /// any other when it is.
    case release(inDoubt: Doubt?)
    /// Ends it unsent, and it is not owed anew under its key. One that may have arrived ends as `unknown`.
    case cancel

    /// What becomes of a letter that an earlier attempt may have delivered.
    package enum Doubt: String, Sendable {
        /// The same bytes, once more.
        case send
        /// It is left at "nobody knows".
        case drop
    }

    /// Its name, as the audit has it.
    package var name: String {
        switch self {
        case .retry: "retry"
        case .hold: "hold"
        case .release: "release"
        case .cancel: "cancel"
        }
    }
}
