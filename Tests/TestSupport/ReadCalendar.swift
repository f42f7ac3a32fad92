package import Foundation

/// A letter's calendar part as independent readers take it, and what a calendar holds after it.
package struct ReadCalendar: Decodable, Sendable, Equatable {
    /// The METHOD of the calendar object, which is that of the part.
    package let method: String
    /// The parameters of the part's content type.
    package let parameters: [String: String]
    /// The names of the event's properties, in alphabetical order.
    package let properties: [String]
    /// The event's UID.
    package let uid: String
    /// Its SEQUENCE.
    package let sequence: Int
    /// Its DTSTAMP, in seconds since 1970.
    package let stamp: Double
    /// Its DTSTART, in seconds since 1970.
    package let start: Double
    /// Its DTEND, in seconds since 1970.
    package let end: Double
    /// The organizer's address.
    package let organizer: String
    /// What is said of the organizer, such as CN.
    package let organizerParameters: [String: String]
    /// The attendee's address.
    package let attendee: String
    /// What is said of the attendee, such as PARTSTAT.
    package let attendeeParameters: [String: String]
    /// SUMMARY, LOCATION, DESCRIPTION, STATUS, CLASS and TRANSP, as far as they are there, unescaped.
    package let texts: [String: String]
    /// The appointments a calendar holds after this message and those before it: UID to start.
    package let held: [String: Double]

    /// Reads the calendar parts of messages, in the order of their arrival.
    ///
    /// - Throws: `TestSupportError` when a message has no calendar part as an invitation has it, or a reader finds
    ///   fault with it.
    package static func read(_ messages: [Data]) async throws -> [ReadCalendar] {
        try await PythonTool.ask("read_calendars.py", stdin: JSONEncoder().encode(messages))
    }
}
