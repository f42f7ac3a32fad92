/// What is true now of the subject of a claimed job, as the database says it.
package enum Facts: Sendable {
    /// The letter is about a reservation.
    case reservation(ReservationFacts)
    /// The letter is about something a client has yet to do.
    case signupTask(SignupTaskFacts)
    /// The subject is no longer there.
    case gone
    /// The database's row does not hold what its statement promises.
    case malformed(MalformedFact)

    /// What every letter asks of its subject; nil when the subject is gone or its row is malformed.
    package var subject: Subject? {
        switch self {
        case .reservation(let facts): facts.subject
        case .signupTask(let facts): facts.subject
        case .gone, .malformed: nil
        }
    }

    /// Under which name the provider's booking page is found; nil where there is none to go back to.
    var bookingSlug: String? {
        switch self {
        case .reservation(let facts): facts.bookingSlug
        case .signupTask, .gone, .malformed: nil
        }
    }
}

/// What every kind of letter asks of its subject: whom to write to, and whether links of this generation still count.
package struct Subject: Sendable {
    /// The subject's generation now.
    package let generation: Int
    /// Whom the letter goes to.
    package let recipient: Recipient
    /// The address must not be written to in letters of this kind's class.
    package let isSuppressed: Bool

    /// Takes the values of a row of facts.
    package init(generation: Int, recipient: Recipient, isSuppressed: Bool) {
        self.generation = generation
        self.recipient = recipient
        self.isSuppressed = isSuppressed
    }
}

/// The person a letter goes to.
package struct Recipient: Sendable {
    /// Their name as they gave it.
    package let name: String
    /// Their address, as stored.
    package let address: String
    /// Their language, such as `en` or `es-MX`.
    package let locale: String

    /// Takes the values of a row of facts.
    package init(name: String, address: String, locale: String) {
        self.name = name
        self.address = address
        self.locale = locale
    }
}
