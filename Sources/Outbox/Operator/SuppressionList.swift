package import FoundationEssentials

/// A list of addresses that must not be written to, as text: one address on each line, or
/// `address,class,until,reason` with everything but the address left out at will; the first line may name the columns.
///
/// `until` is a day (`2027-03-01`) or a moment (`2027-03-01T09:00:00Z`), UTC. Blank lines and lines that begin with `#`
/// mean nothing. A pure value: reading it asks no database.
package struct SuppressionList: Sendable, Equatable {
    /// What the lines say, in their order.
    package let entries: [Suppression]
    /// The number of the line of each.
    private let numbers: [Int]

    /// The most lines one list may have: they are one transaction.
    package static let mostLines = 100_000

    /// Reads a list.
    ///
    /// Throws ``OperatorError/unusableList(_:)`` with every line that is wrong: then no entry counts. No problem quotes a
    /// line.
    package init(_ text: String) throws(OperatorError) {
        // Spreadsheets begin a file with a byte order mark.
        var lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        // What ends the last line begins no other.
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= Self.mostLines else {
            throw .unusableList([
                ListProblem(line: Self.mostLines + 1, sentence: "a list has at most \(Self.mostLines) lines: split it")
            ])
        }
        var reading = Reading()
        for (index, line) in lines.enumerated() { reading.take(String(line).trimmed, at: index + 1) }
        guard reading.problems.isEmpty else { throw .unusableList(reading.problems) }
        (entries, numbers) = (reading.entries, reading.numbers)
    }

    /// Refuses what would be over at once.
    ///
    /// Throws ``OperatorError/unusableList(_:)`` with every line that is.
    func requireAhead(of now: Date) throws(OperatorError) {
        let past = zip(entries, numbers).filter { entry, _ in entry.until.map { $0 <= now } ?? false }
        guard past.isEmpty else {
            throw .unusableList(
                past.map { ListProblem(line: $1, sentence: "until has passed: name a moment ahead, or leave it out") })
        }
    }

    private struct Reading {
        var entries: [Suppression] = []
        var numbers: [Int] = []
        var problems: [ListProblem] = []
        var places: [String: Int] = [:]

        mutating func take(_ line: String, at number: Int) {
            let isTitle = number == 1 && (line.lowercased() + ",").hasPrefix("address,")
            guard !line.isEmpty, !line.hasPrefix("#"), !isTitle else { return }
            do throws(Mistake) {
                let entry = try SuppressionList.entry(line)
                let key = "\(entry.address.unmasked.lowercased()) \(entry.appliesTo.rawValue)"
                if let earlier = places[key] { throw Mistake("the same address and class as in line \(earlier)") }
                places[key] = number
                entries.append(entry)
                numbers.append(number)
            } catch {
                problems.append(ListProblem(line: number, sentence: error.sentence))
            }
        }
    }

    private struct Mistake: Error {
        let sentence: String

        init(_ sentence: String) {
            self.sentence = sentence
        }
    }

    private static func entry(_ line: String) throws(Mistake) -> Suppression {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard cells.count <= 4 else { throw Mistake("more than address,class,until,reason") }
        guard isAddress(cells[0]) else { throw Mistake("not an address such as name@example.org") }
        let appliesTo = try value(cells, 1, .all, Suppression.Class.init(rawValue:), "all, reminder, task or survey")
        let until = try value(
            cells, 2, Date?.none, { date($0).map(Date?.some) }, "a day such as 2027-03-01, or a moment")
        let reason = try value(
            cells, 3, .manual, Suppression.Reason.init(rawValue:),
            "hard_bounce, mailbox_full, complaint, opt_out or manual")
        return Suppression(cells[0], appliesTo, reason: reason, until: until)
    }

    private static func value<Value>(
        _ cells: [String], _ place: Int, _ missing: Value, _ read: (String) -> Value?, _ expected: String
    ) throws(Mistake) -> Value {
        guard cells.count > place, !cells[place].isEmpty else { return missing }
        guard let value = read(cells[place]) else {
            throw Mistake("\(["address", "class", "until", "reason"][place]) is \(expected)")
        }
        return value
    }

    /// Whether a text can be an address, as `booking.is_address` has it.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.unicodeScalars.count <= 254, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            return false
        }
        return parts[0].unicodeScalars.count <= 64
            && text.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.properties.generalCategory != .control
                    && !"<>(),;:\"\\".unicodeScalars.contains($0)
            }
    }

    /// The moment that a text such as `2027-03-01` or `2027-03-01T09:00:00Z` names, UTC; nil when it names none.
    package static func date(_ text: String) -> Date? {
        (try? Date.ISO8601FormatStyle().parse(text))
            ?? (try? Date.ISO8601FormatStyle().year().month().day().parse(text))
    }
}

extension String {
    fileprivate var trimmed: String {
        let body = drop(while: \.isWhitespace)
        return String(body[..<(body.lastIndex { !$0.isWhitespace }.map(body.index(after:)) ?? body.startIndex)])
    }
}
