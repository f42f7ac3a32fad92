import Foundation
import Testing

@testable import Mail

@Suite("Bounce reports")
struct BounceReportTests {
    @Test("every fixture has its expectation")
    func everyFixtureIsExpected() {
        #expect(Set(ExpectedBounce.all.map(\.name) + ExpectedBounce.others.map(\.name)) == Set(BounceFixtures.names))
    }

    @Test("a report says what became of the letter, why, and which letter it was", arguments: ExpectedBounce.all)
    func read(_ expected: ExpectedBounce) throws {
        let report = try BounceFixtures.report(expected.name)
        let recipient = try #require(report.failure ?? report.recipients.first)
        #expect(recipient.action == expected.action)
        #expect(recipient.status?.description == expected.status)
        #expect(recipient.replyCode == expected.code)
        #expect(recipient.unredactedAddress == expected.address)
        #expect((report.failure == nil) == (expected.action != .failed))
        if expected.name != "exim-delayed" { #expect(report.identifiers == [BounceFixtures.messageID]) }
        if expected.action == .failed {
            #expect("\(recipient.failureStatus)" == expected.failureStatus ?? expected.status)
        }
    }

    @Test("answers of people, of their absence and of their programs are no bounces", arguments: ExpectedBounce.others)
    func others(name: String, sort: BounceError.Sort) throws {
        #expect(throws: BounceError.notABounce(sort)) { try BounceFixtures.report(name) }
    }

    @Test("Python's email package reads the same status and the same letter")
    func oracle() throws {
        let names = ExpectedBounce.all.map(\.name)
        let peers = try BounceOracle.read(names)
        for (name, peer) in zip(names, peers) {
            let report = try BounceFixtures.report(name)
            let recipient = try #require(report.failure ?? report.recipients.first)
            #expect(report.identifiers.first == peer.identifier, "\(name)")
            // Where a text quotes no status, words stand for one; the other reader does not know them.
            if let status = peer.status { #expect(recipient.status?.description == status, "\(name)") }
        }
        #expect(peers.count { $0.status != nil } >= 30)
    }

    @Test(
        "line endings, empty lines and a separator before the header make no difference",
        arguments: ["sendmail", "gmail"])
    func lineEndings(name: String) throws {
        let text = String(decoding: try BounceFixtures.bytes(name), as: UTF8.self).replacing("\r\n", with: "\n")
        for variant in [
            text, text.replacing("\n", with: "\r\n"), "\n\n" + text, "From x Mon Mar  1 17:00:05 2027\r\n" + text,
        ] {
            let report = try BounceReport(parsing: Array(variant.utf8))
            #expect(report.identifiers == [BounceFixtures.messageID])
            #expect(report.failure?.status == BounceStatus(5, 1, 1))
        }
    }

    @Test("the Message-ID of the letter is never the report's own")
    func ownMessageID() throws {
        let text = String(decoding: try BounceFixtures.bytes("ses"), as: UTF8.self)
        let cut = try #require(text.range(of: "--===============0001==\nContent-Description: Undelivered"))
        let report = try BounceReport(parsing: Array(text[..<cut.lowerBound].utf8))
        #expect(report.identifiers.isEmpty)
    }

    @Test("what is printed of a report shows nobody", arguments: ["exim-report", "gmail"])
    func redaction(name: String) throws {
        let report = try BounceFixtures.report(name)
        var dumped = ""
        dump(report, to: &dumped)
        let printed = "\(report) \(String(reflecting: report)) \(report.recipients) \(dumped)"
        #expect(!printed.contains("zoe") && !printed.contains("practice.example"))
    }
}

@Suite("Status codes in bounces")
struct BounceStatusTests {
    @Test(
        "a status is found where it stands by itself",
        arguments: [
            ("5.1.1", "5.1.1"), ("(#5.1.1)", "5.1.1"), ("550-5.1.10 no", "5.1.10"), ("4.4.7.", "4.4.7"),
            ("said: 550 5.7.606 x", "5.7.606"), ("2.0.0 (ok)", "2.0.0"), ("[5.6.7.8] 5.1.2", "5.1.2"),
        ])
    func found(text: String, status: String) {
        #expect(BounceStatus(firstIn: text)?.description == status)
    }

    @Test(
        "what is no status is none",
        arguments: ["", "5.1", "5.6.7.8", "v5.1.1", "3.1.1", "5..1", "5.1111.1", "5.1.1.example", "1.5.1.1", "55.1.1"])
    func notFound(text: String) {
        #expect(BounceStatus(firstIn: text) == nil)
    }

    @Test(
        "a reply code is three digits by themselves",
        arguments: [
            ("smtp;550 5.1.1 x", 550), ("smtp; 550-5.1.1 x", 550), ("said: 452 4.2.2", 452), ("(550)", 550),
            ("250 ok", nil), ("5500 x", nil), ("550x", nil), ("x550", nil), ("600", nil), ("", nil),
        ])
    func replyCodes(text: String, code: Int?) {
        #expect(BounceReplyCode.first(in: text) == code)
    }
}
