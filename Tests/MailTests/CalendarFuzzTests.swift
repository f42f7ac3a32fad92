import Foundation
import Fuzzing
import Testing

@testable import Mail

/// Whatever names and places an event has, its lines are the same ones.
@Suite("Calendar fuzzing")
struct CalendarFuzzTests {
    private static let mutator = Mutator(
        corpus: [
            "1 Main St, Albany; 2nd floor", "Zoë O'Neil, Dr.", "李小龍 \\ \"quoted\"", "👨‍👩‍👧‍👦🏳️‍🌈 e\u{301}\u{302}",
            String(repeating: "Straße ", count: 12),
        ],
        words: [
            "\r\n", "\r\nEND:VEVENT", "\n ", "\r", "\0", "\u{85}", "\u{2028}", "\u{202E}", "\\", "\\n", ";", ",", ":",
            "\"", "^", "^n", "^'", "=", "\t", "\u{301}", "🙂", "DTSTART:20200101T000000Z",
        ])

    @Test("Names and places stay in their lines, and lines within 75 octets of whole characters")
    func lines() async throws {
        let plain = try Self.unfolded(Samples.event().octets()).map(Self.name)
        try await fuzz("calendar events") { generator in
            do {
                var event = try Samples.event()
                event.location = String(decoding: Self.mutator.input(using: &generator), as: UTF8.self)
                event.organizerName = String(decoding: Self.mutator.input(using: &generator), as: UTF8.self)
                let octets = try event.octets()
                for line in Self.lines(octets) {
                    guard line.count <= 75, String(validating: line, as: UTF8.self) != nil else {
                        return "a long or a cut line in \(octets)"
                    }
                    if line.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "a control character in \(octets)" }
                }
                return Self.unfolded(octets).map(Self.name) == plain ? nil : "other lines in \(octets)"
            } catch {
                return "\(error)"
            }
        }
    }

    private static func lines(_ octets: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < octets.count {
            if octets[index] == 0x0D, index + 1 < octets.count, octets[index + 1] == 0x0A {
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(octets[index])
                index += 1
            }
        }
        return lines
    }

    private static func unfolded(_ octets: [UInt8]) -> [[UInt8]] {
        lines(octets).reduce(into: []) { unfolded, line in
            if line.first == 0x20, !unfolded.isEmpty {
                unfolded[unfolded.count - 1] += line.dropFirst()
            } else {
                unfolded.append(line)
            }
        }
    }

    /// A line's name with its value, but for the two that the inputs are in.
    private static func name(_ line: [UInt8]) -> String {
        let text = String(decoding: line, as: UTF8.self)
        // By byte: a value may begin with a mark that joins the character before it.
        if text.utf8.starts(with: "LOCATION:".utf8) { return "LOCATION" }
        guard text.utf8.starts(with: "ORGANIZER;CN=\"".utf8) else { return text }
        let rest = text.utf8.dropFirst("ORGANIZER;CN=\"".utf8.count)
        return "ORGANIZER" + String(decoding: rest.drop { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
