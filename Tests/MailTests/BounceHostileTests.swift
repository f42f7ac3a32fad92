import Foundation
import Fuzzing
import Testing

@testable import Mail

@Suite("Bounce reports that are broken or hostile")
struct BounceHostileTests {
    @Test("what is no message is a clear error")
    func noMessage() {
        let table: [(String, BounceError)] = [
            ("", .unreadable(.empty)), ("\r\n\n", .unreadable(.empty)), ("no header at all", .unreadable(.notAMessage)),
            ("\u{0}\u{FFFD}:", .unreadable(.notAMessage)),
            ("From x\n", .unreadable(.notAMessage)), ("From", .unreadable(.notAMessage)),
            ("From x", .unreadable(.notAMessage)),
            ("Subject: hello\n\nworld\n", .notABounce(.otherMail)),
        ]
        for (text, error) in table {
            #expect(throws: error, "\(text.debugDescription)") { try BounceReport(parsing: Array(text.utf8)) }
        }
    }

    @Test("a report may be a mebibyte long, and no longer")
    func length() throws {
        let report = try BounceFixtures.bytes("postfix-whole-message")
        let limit = BounceReport.maximumLength
        let longest = report + Array(repeating: UInt8(ascii: "x"), count: limit - report.count)
        #expect(try BounceReport(parsing: longest).identifiers == [BounceFixtures.messageID])
        #expect(throws: BounceError.unreadable(.tooLong(limit: limit))) { try BounceReport(parsing: longest + [0]) }
    }

    @Test("parts within parts and parts without end are refused")
    func complexity() {
        var deep = "Content-Type: text/plain\n\nx"
        for level in 0..<20 {
            deep = "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n\(deep)\n--b\(level)--"
        }
        let wide = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 100)
        let nested = String(repeating: "Content-Type: message/rfc822\n\n", count: 20)
        for text in [deep, wide, nested] {
            #expect(throws: BounceError.unreadable(.tooComplex)) { try BounceReport(parsing: Array(text.utf8)) }
        }
    }

    @Test("one thing over and over is read or refused")
    func monotony() {
        for unit in ["\n", "a", ":", "a:\n", " ", "--b\n", "=", "<", "5.", "\t\n", "Status: 5.1.1\n\n", "a\u{301}"] {
            for type in [
                "text/plain", "text/html", "message/delivery-status", "multipart/report; boundary=b", "message/rfc822",
            ] {
                let count = 100_000 / unit.utf8.count
                let text = "From: mailer-daemon\nContent-Type: \(type)\n\n" + String(repeating: unit, count: count)
                _ = try? BounceReport(parsing: Array(text.utf8))
            }
        }
    }

    @Test(
        "a report cut anywhere is read as far as it goes or refused",
        arguments: ["gmail", "encoded-parts", "exchange-html", "qmail"])
    func cuts(name: String) throws {
        let bytes = try BounceFixtures.bytes(name)
        for length in stride(from: 0, through: bytes.count, by: 13) {
            guard let report = try? BounceReport(parsing: Array(bytes[..<length])) else { continue }
            #expect(!report.recipients.isEmpty)
        }
    }

    @Test(
        "a report with octets changed at random is read or refused",
        arguments: ["forwarded-report", "exchange-online", "exim-text"])
    func mutations(name: String) throws {
        let bytes = try BounceFixtures.bytes(name)
        var random = SeededGenerator(seed: 7)
        var read = 0
        for _ in 0..<150 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let report = try? BounceReport(parsing: changed) else { continue }
            read += 1
            for identifier in report.identifiers { #expect(!identifier.contains { $0.isNewline }) }
        }
        #expect(read > 0)
    }

    @Test("errors are sentences without a word of the message")
    func sentences() {
        let all: [BounceError] = [
            .unreadable(.empty), .unreadable(.tooLong(limit: 1)), .unreadable(.notAMessage), .unreadable(.tooComplex),
            .notABounce(.complaint), .notABounce(.readReceipt),
            .notABounce(.automaticReply), .notABounce(.otherMail),
        ]
        #expect(Set(all.map(\.description)).count == all.count)
        #expect(all.allSatisfy { $0.description.contains(" ") })
    }
}
