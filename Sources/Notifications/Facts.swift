/// What is true now of the subject of a claimed job, as the database says it.
package enum Facts: Sendable {
    /// The letter is about a reservation.
    case reservation(ReservationFacts)
    /// The letter is about something a client has yet to do.
    case signupTask(SignupTaskFacts)
    /// The letter is about a client: their tasks, check-ins or surveys.
    case client(ClientFacts)
    /// The letter is about a series of appointments.
    case series(SeriesFacts)
    /// The letter is about a booking link mailed for a provider.
    case invitation(InvitationFacts)
    /// The letter is about secure messages.
    case messageThread(MessageThreadFacts)
    /// The letter is about what happened to its reader's account.
    case account(AccountFacts)
    /// The subject is no longer there.
    case gone
    /// The database's row does not hold what its statement promises.
    case malformed(MalformedFact)

    /// What every letter asks of its subject; nil when the subject is gone or its row is malformed.
    package var subject: Subject? {
        switch self {
        case .reservation(let facts): facts.subject
        case .signupTask(let facts): facts.subject
        case .client(let facts): facts.subject
        case .series(let facts): facts.subject
        case .invitation(let facts): facts.subject
        case .messageThread(let facts): facts.subject
        case .account(let facts): facts.subject
        case .gone, .malformed: nil
        }
    }

    /// Under which name the provider's booking page is found; nil where there is none to go back to.
    var bookingSlug: String? { reservation?.bookingSlug }

    // What a kind is about is named by one of these.

    var reservation: ReservationFacts? { if case .reservation(let facts) = self { facts } else { nil } }

    var signupTask: SignupTaskFacts? { if case .signupTask(let facts) = self { facts } else { nil } }

    var client: ClientFacts? { if case .client(let facts) = self { facts } else { nil } }

    var series: SeriesFacts? { if case .series(let facts) = self { facts } else { nil } }

    var invitation: InvitationFacts? { if case .invitation(let facts) = self { facts } else { nil } }

    var messageThread: MessageThreadFacts? { if case .messageThread(let facts) = self { facts } else { nil } }

    var account: AccountFacts? { if case .account(let facts) = self { facts } else { nil } }
}
