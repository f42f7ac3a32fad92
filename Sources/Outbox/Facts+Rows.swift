import BookingLinks
import FoundationEssentials
import Notifications
import Postgres

// One initializer for each row shape, beside each other because they change with the `.sql` files that return them.

extension Job {
    init(_ row: Row) throws {
        self.init(
            ticket: Ticket(jobID: try row.decode("id"), claimNumber: try row.decode("claim_no")),
            kind: try row.decode("kind"),
            subjectID: try row.decode("subject_id"),
            subjectGeneration: try row.decode("subject_gen"),
            audience: try row.decode("audience"),
            attempts: try row.decode("attempts"),
            expiresAt: try row.decode("expires_at"),
            triedAt: try row.decodeIfPresent("tried_at"),
            messageUUID: try row.decode("message_uuid"),
            datedAt: try row.decode("dated_at"),
            isInDoubt: try row.decode("in_doubt"),
            isRescued: try row.decode("rescued"))
    }
}

extension IssuedLink {
    init(_ row: Row) throws {
        guard let purpose = LinkPurpose(rawValue: try row.decode("purpose")) else {
            throw MalformedFact("holdfast.link.purpose is not one this program knows")
        }
        self.init(
            jti: try row.decode("jti"),
            purpose: purpose,
            subjectID: try row.decode("subject_id"),
            generation: try row.decode("gen"),
            keyID: try row.decodeIfPresent("active_kid") ?? row.decode("kid"),
            issuedAt: try row.decode("issued_at"),
            expiresAt: try row.decode("expires_at"),
            isRevoked: try row.decode("revoked"))
    }
}

extension Subject {
    init(_ row: Row) throws {
        let recipient = Recipient(
            name: try row.decode("recipient_name"),
            address: try row.decode("recipient_email"),
            locale: try row.decode("recipient_locale"))
        self.init(
            generation: try row.decode("gen"), recipient: recipient, isSuppressed: try row.decode("suppressed"),
            isOverCap: try row.decode("over_cap"))
    }
}

extension Told {
    fileprivate init(_ row: Row) throws {
        guard let told = Told(rawValue: try row.decode("told")) else {
            throw MalformedFact("what a reader was told is not one this program knows")
        }
        self = told
    }
}

extension ReservationFacts {
    init(_ row: Row) throws {
        guard let place = Place(rawValue: try row.decode("place")) else {
            throw MalformedFact("booking.reservation.place is not one this program knows")
        }
        guard let starts = try WallClock(row, "starts_local", zone: "starts_tz") else {
            throw MalformedFact("booking.reservation.starts_at has no value")
        }
        self.init(
            subject: try Subject(row),
            state: try row.decode("state"),
            deadline: try WallClock(row, "deadline_local", zone: "recipient_tz"),
            starts: starts,
            place: place,
            placeText: try row.decodeIfPresent("place_text"),
            providerName: try row.decode("provider_name"),
            requiresAuthorization: try row.decode("requires_authorization"),
            visitorName: try row.decodeIfPresent("visitor_name"))
        told = try Told(row)
        // One of a series is in no calendar: its letters list the times.
        if try !row.decode("in_series") {
            span = Span(
                reservationID: try row.decode("reservation_id"), sequence: try row.decode("ical_seq"),
                startsAt: try row.decode("starts_at"), endsAt: try row.decode("ends_at"))
        }
        isAhead = try row.decode("ahead")
        isChangedByClient = try row.decode("changed_by_client")
        isAskedToMove = try row.decode("asked_to_move")
        isKnown = try row.decode("known")
        isEditable = try row.decode("editable")
        cutoff = try WallClock(row, "cutoff_local", zone: "recipient_tz")
        linkEnd = try WallClock(row, "link_end_local", zone: "recipient_tz")
        hasAgreements = try row.decode("agreements")
        isSoon = try row.decode("soon")
        wantsNotices = try row.decode("notices")
        bookingSlug = try row.decode("booking_slug")
    }
}

extension SignupTaskFacts {
    init(_ row: Row) throws {
        self.init(
            subject: try Subject(row),
            state: try row.decode("state"),
            isActivated: try row.decode("activated"),
            isArchived: try row.decode("client_status", as: String.self) == "archived",
            reservationState: try row.decodeIfPresent("reservation_state"),
            deadline: try WallClock(row, "deadline_local", zone: "recipient_tz"))
    }
}

extension SeriesFacts {
    init(_ row: Row) throws {
        let zone = try row.decode("times_tz", as: String.self)
        let places = try row.decode("places", as: [String].self).map { place in
            guard let place = Place(rawValue: place) else {
                throw MalformedFact("booking.reservation.place is not one this program knows")
            }
            return place
        }
        self.init(
            subject: try Subject(row),
            isToClient: try row.decode("to_client"),
            providerName: try row.decode("provider_name"),
            wantsNotices: try row.decode("notices"),
            visitorName: try row.decode("visitor_name"),
            visits: try zip(
                zip(row.decode("locals", as: [String].self), places), row.decode("place_texts", as: [String].self)
            ).map { when, text in
                SeriesFacts.Visit(starts: try WallClock(when.0, zone: zone), place: when.1, placeText: text)
            },
            told: try Told(row))
    }
}

extension ClientFacts {
    init(_ row: Row) throws {
        try self.init(
            subject: try Subject(row),
            name: try row.decode("client_name"),
            isActive: try row.decode("active"),
            checkIns: try row.decode("checkins"),
            openTasks: try row.decode("open_tasks"),
            isApproved: try row.decode("approved"),
            linkEnd: try WallClock(row, "link_end_local", zone: "recipient_tz"))
    }
}

extension InvitationFacts {
    init(_ row: Row) throws {
        self.init(
            subject: try Subject(row),
            providerName: try row.decode("provider_name"),
            inviteeName: try row.decode("invitee_name"),
            isOpen: try row.decode("open"),
            linkEnd: try WallClock(row, "link_end_local", zone: "recipient_tz"))
    }
}

extension MessageThreadFacts {
    init(_ row: Row) throws {
        self.init(
            subject: try Subject(row), isUnread: try row.decode("unread"), isToClient: try row.decode("to_client"))
    }
}

extension AccountFacts {
    init(_ row: Row) throws {
        guard let event = Event(rawValue: try row.decodeIfPresent("event") ?? "") else {
            throw MalformedFact("args of a security.notice name no event that this program knows")
        }
        guard let happened = try WallClock(row, "happened_local", zone: "recipient_tz") else {
            throw MalformedFact("an account's event has no time")
        }
        self.init(
            subject: try Subject(row), event: event, isClient: try row.decode("of_client"), happened: happened)
    }
}

extension WallClock {
    /// A clock on the wall, or nil where the instant is NULL.
    fileprivate init?(_ row: Row, _ column: String, zone: String) throws {
        guard let text = try row.decodeIfPresent(column, as: String.self) else { return nil }
        try self.init(text, zone: try row.decode(zone))
    }
}
