import Mail

/// A calendar part as the viewer shows it: the event at a glance, and below every line.
struct CalendarCard: Sendable {
    /// A property that says something to people.
    struct Fact: Sendable {
        let label: String
        let value: String
    }

    /// A line of the part, unfolded.
    struct Line: Sendable {
        let name: String
        let parameters: String
        let value: String
    }

    let facts: [Fact]
    let lines: [Line]

    /// RFC 5545's names, in the order in which people ask; METHOD says what a mail program is to do with it.
    private static let asked = [
        ("SUMMARY", "What"), ("DTSTART", "From"), ("DTEND", "Until"), ("LOCATION", "Where"),
        ("DESCRIPTION", "Says"), ("METHOD", "Method"), ("STATUS", "Status"), ("SEQUENCE", "Revision"),
        ("ORGANIZER", "Organizer"), ("ATTENDEE", "Attendee"), ("UID", "Identity"),
    ]

    init(_ lines: [CalendarLine]) {
        // A time zone has a DTSTART of its own, which says nothing of the event.
        var inZone = false
        var event: [CalendarLine] = []
        for line in lines {
            if line.value == "VTIMEZONE" { inZone = line.name == "BEGIN" }
            if !inZone { event.append(line) }
        }
        facts = Self.asked.flatMap { name, label in
            event.filter { $0.name == name }.map { Fact(label: label, value: Self.words($0)) }
        }
        self.lines = lines.map { Line(name: $0.name, parameters: Self.parameters($0), value: $0.value) }
    }

    private static func parameters(_ line: CalendarLine) -> String {
        line.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    private static func words(_ line: CalendarLine) -> String {
        guard line.name.hasPrefix("DT") else { return line.value }
        let zone = line.parameters.first { $0.name == "TZID" }?.value
        return moment(line.value, zone: zone) ?? line.value
    }

    /// RFC 5545 section 3.3.5: `19980118T230000`, with a Z for UTC.
    private static func moment(_ text: String, zone: String?) -> String? {
        let digits = Array(text)
        guard digits.count == 15 || digits.count == 16, digits[8] == "T" else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        let place = zone ?? (digits.last == "Z" ? "UTC" : "local")
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8)) \(part(9..<11)):\(part(11..<13)) \(place)"
    }
}
