package import BookingLinks
package import FoundationEssentials

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

/// Where a visit happens.
package enum Place: String, Sendable {
    /// By video, in the client's portal.
    case virtual
    /// At the address in the reservation.
    case inPerson = "in_person"
    /// By telephone.
    case phone
}

/// A reservation as it is now.
package struct ReservationFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// `pending`, `confirmed`, `cancelled`, `expired`, `completed` or `no_show`.
    package let state: String
    /// The end of the hold where the reader lives; nil when there is none.
    package let deadline: WallClock?
    /// The start: where the provider is for a visit in person, where the reader is otherwise.
    package let starts: WallClock
    /// Where the visit happens.
    package let place: Place
    /// The address of a visit in person.
    package let placeText: String?
    /// The provider's name as clients know it.
    package let providerName: String
    /// The payor must authorize before a time may be reserved.
    package let requiresAuthorization: Bool

    /// Takes the values of a row of facts.
    package init(
        subject: Subject, state: String, deadline: WallClock?, starts: WallClock, place: Place,
        placeText: String?, providerName: String, requiresAuthorization: Bool
    ) {
        self.subject = subject
        self.state = state
        self.deadline = deadline
        self.starts = starts
        self.place = place
        self.placeText = placeText
        self.providerName = providerName
        self.requiresAuthorization = requiresAuthorization
    }
}

/// A signup task as it is now.
package struct SignupTaskFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// `open`, `done` or `void`.
    package let state: String
    /// The client has activated the portal.
    package let isActivated: Bool
    /// The client's record is closed.
    package let isArchived: Bool
    /// The state of the reservation the task belongs to; nil when it belongs to none.
    package let reservationState: String?
    /// Until when the activation link works, where the reader lives; nil when no link was issued.
    package let deadline: WallClock?

    /// Takes the values of a row of facts.
    package init(
        subject: Subject, state: String, isActivated: Bool, isArchived: Bool, reservationState: String?,
        deadline: WallClock?
    ) {
        self.subject = subject
        self.state = state
        self.isActivated = isActivated
        self.isArchived = isArchived
        self.reservationState = reservationState
        self.deadline = deadline
    }
}

/// A row of `holdfast.link`: what a link in the letter says when it is signed.
package struct IssuedLink: Sendable {
    /// The row's identity, and the token's.
    package let jti: UUID
    /// What the link is for.
    package let purpose: LinkPurpose
    /// Whose link it is.
    package let subjectID: UUID
    /// The subject's generation it belongs to.
    package let generation: Int
    /// The key that signs it.
    package let keyID: String
    /// When it was issued, whole seconds.
    package let issuedAt: Date
    /// When it stops working, whole seconds.
    package let expiresAt: Date

    /// Takes the values of a row.
    package init(
        jti: UUID, purpose: LinkPurpose, subjectID: UUID, generation: Int, keyID: String, issuedAt: Date,
        expiresAt: Date
    ) {
        self.jti = jti
        self.purpose = purpose
        self.subjectID = subjectID
        self.generation = generation
        self.keyID = keyID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}

/// A claimed job with everything its letter needs, read in the transaction of the claim.
package struct Claim: Sendable {
    /// The email owed.
    package let job: Job
    /// What is true of its subject.
    package let facts: Facts
    /// The links issued for it, revoked ones left out.
    package let links: [IssuedLink]
    /// The database's clock at the claim.
    package let readAt: Date

    /// Joins what the statements of one claim returned.
    package init(job: Job, facts: Facts, links: [IssuedLink], readAt: Date) {
        self.job = job
        self.facts = facts
        self.links = links
        self.readAt = readAt
    }
}
