package import FoundationEssentials

/// One appointment as the calendar of one person is to hold it: an iTIP message (RFC 5546) with one VEVENT.
///
/// Equal values give equal octets. Invitation, change and cancellation of an appointment have the same identifier,
/// organizer and attendee; calendars take the one with the highest sequence as the latest. Printing it shows nothing.
package struct CalendarEvent: Hashable, Sendable, Redacted {
    /// What a calendar is to do with the appointment (RFC 5546 section 1.4).
    package enum Method: String, Hashable, Sendable {
        /// Enter it, or change what is entered.
        case request = "REQUEST"
        /// Cross it out.
        case cancel = "CANCEL"
    }

    /// What to do with it.
    package var method: Method

    /// Names the appointment, in the organizer's domain, for as long as it lives.
    package var id: UUID

    /// Counts its changes; a cancellation is one.
    package var sequence: Int

    /// When the calendar object was made: the date of the letter it stands in.
    package var stamp: Date

    /// The start, written in UTC to the whole second before it.
    package var start: Date

    /// The end, after the start; written as the start is.
    package var end: Date

    /// The organizer's address: a mailbox of the author's domain, because every answer of a calendar goes there.
    package var organizer: EmailAddress

    /// The organizer's name.
    package var organizerName: String

    /// The only attendee, who is down as having accepted, so that no calendar asks for or sends an answer.
    package var attendee: EmailAddress

    /// The title: whoever sees the calendar sees it, so it names nothing private.
    package var summary: String

    /// Where it is, or nil.
    package var location: String?

    /// What is said besides: calendars are shared and synced, so it holds no link that opens anything by itself.
    package var note: String

    /// An event of these parts; nothing is written yet.
    package init(
        method: Method, id: UUID, sequence: Int, stamp: Date, start: Date, end: Date, organizer: EmailAddress,
        organizerName: String, attendee: EmailAddress, summary: String, location: String?, note: String
    ) {
        self.method = method
        self.id = id
        self.sequence = sequence
        self.stamp = stamp
        self.start = start
        self.end = end
        self.organizer = organizer
        self.organizerName = organizerName
        self.attendee = attendee
        self.summary = summary
        self.location = location
        self.note = note
    }

    /// The calendar object (RFC 5545): UTF-8, CRLF, lines of at most 75 octets, no alarm and no time zone.
    ///
    /// Texts and names cannot leave their places: they are escaped, and controls in them are left out. Throws
    /// ``MailError`` for moments outside the years 1970 to 9999 and for an end that is not after the start.
    package func octets() throws(MailError) -> [UInt8] {
        let (start, end) = (try CalendarText.dateTime(start), try CalendarText.dateTime(end))
        // The same length and digits, so that their order is that of the moments as they are written.
        guard end > start else { throw MailError(.calendar, .endsTooSoon) }
        let object =
            ["BEGIN:VCALENDAR", "PRODID:-//Holdfast//Holdfast//EN", "VERSION:2.0", "CALSCALE:GREGORIAN"]
            + ["METHOD:\(method.rawValue)", "BEGIN:VEVENT", "UID:\(id.lowercaseString)@\(organizer.domain)"]
            + ["DTSTAMP:\(try CalendarText.dateTime(stamp))", "DTSTART:\(start)", "DTEND:\(end)"]
            + ["SEQUENCE:\(sequence)"] + people + texts
            + ["CLASS:PRIVATE", "TRANSP:OPAQUE", "STATUS:\(status)", "END:VEVENT", "END:VCALENDAR"]
        return CalendarText.folded(object)
    }

    private var people: [String] {
        [
            "ORGANIZER;CN=\(CalendarText.quoted(organizerName)):\(CalendarText.calendarAddress(organizer))",
            "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:\(CalendarText.calendarAddress(attendee))",
        ]
    }

    private var texts: [String] {
        let place = location.map { ["LOCATION:\(CalendarText.escaped($0))"] } ?? []
        return ["SUMMARY:\(CalendarText.escaped(summary))"] + place + ["DESCRIPTION:\(CalendarText.escaped(note))"]
    }

    private var status: String {
        switch method {
        case .request: "CONFIRMED"
        case .cancel: "CANCELLED"
        }
    }
}
