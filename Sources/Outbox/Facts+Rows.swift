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
        self.init(generation: try row.decode("gen"), recipient: recipient, isSuppressed: try row.decode("suppressed"))
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

extension WallClock {
    /// A clock on the wall, or nil where the instant is NULL.
    fileprivate init?(_ row: Row, _ column: String, zone: String) throws {
        guard let text = try row.decodeIfPresent(column, as: String.self) else { return nil }
        try self.init(text, zone: try row.decode(zone))
    }
}
