import Foundation
import Mail
import Testing

@testable import Notifications
@testable import Rendering

@Suite("Letters that are sent as a test")
struct TestCopyTests {
    private static let sentence = "This is a test of how this email looks."

    private func test(_ number: UInt8 = 42) throws -> TestCopy {
        TestCopy(
            to: try EmailAddress("me@example.net"), messageUUID: Samples.uuid(number),
            date: Samples.now + 7.9)
    }

    @Test("every kind says at every end that it is a test, and is the same letter below that", arguments: Kind.all)
    func banner(_ kind: Kind) throws {
        let claim = Samples.claim(kind, try Samples.wanted(kind))
        let written = try Samples.writer().write(kind, for: claim, as: test())
        let (real, letter) = (try ReadLetter(try Samples.writer().write(kind, for: claim)), try ReadLetter(written))
        #expect(letter.fields["subject"] == real.fields["subject"].map { "TEST: \($0)" })
        #expect(letter.text.hasPrefix("TEST. \(Self.sentence)") && letter.text.hasSuffix(real.text))
        let body = try #require(letter.html.range(of: "<body"))
        let banner = try #require(letter.html.range(of: "TEST. \(Self.sentence)"))
        let preheader = try #require(letter.html.range(of: "<div", range: body.upperBound..<letter.html.endIndex))
        #expect(preheader.lowerBound < banner.lowerBound)
        #expect(letter.html.distance(from: body.lowerBound, to: banner.lowerBound) < 600)
        #expect(letter.calendar.map { $0.contains("SUMMARY:TEST: ") } ?? true)
        #expect(letter.calendar?.contains("mailto:zoe@example.org") != true)
        #expect(written.recipient.unredactedText == "me@example.net")
        #expect(letter.fields["to"]?.contains("<me@example.net>") == true)
    }

    @Test("each test is a message of its own, dated when it is sent, to the second")
    func identity() throws {
        let claim = Samples.claim(.reservationConfirm, try Samples.reservation())
        let writer = try Samples.writer()
        let letters = try [1, 2].map { try writer.write(.reservationConfirm, for: claim, as: test($0)) }
        let real = try writer.write(.reservationConfirm, for: claim)
        #expect(Set((letters + [real]).map(\.message.messageID)).count == 3)
        let later = Samples.claim(.reservationConfirm, try Samples.reservation(), datedAt: Samples.now + 7)
        let date = try ReadLetter(try writer.write(.reservationConfirm, for: later)).fields["date"]
        #expect(try letters.allSatisfy { try ReadLetter($0).fields["date"] == date })
    }

    @Test("a letter without a body's tag has its banner before everything")
    func noBody() throws {
        let letter = RenderedLetter(
            subject: "S", preheader: "P", html: "<p>x</p>", text: "x\n", locale: "en", direction: .leftToRight)
        let marked = try test().marked(letter)
        #expect(marked.html.hasPrefix("<div lang=\"en\"") && marked.html.hasSuffix("<p>x</p>"))
    }
}
