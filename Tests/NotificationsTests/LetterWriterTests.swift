import BookingLinks
import Foundation
import Mail
import Rendering
import Testing

@testable import Notifications

@Suite("Letters of the real templates")
struct LetterWriterTests {
    let writer: LetterWriter
    let reservation: Claim
    let activation: Claim

    init() throws {
        writer = try Samples.writer()
        reservation = Samples.claim(.reservationConfirm, try Samples.reservation())
        activation = Samples.claim(.portalActivate, try Samples.task())
    }

    @Test("the same claim is the same letter, byte for byte, whoever writes it and however often")
    func sameClaimSameBytes() throws {
        let first = try writer.write(.reservationConfirm, for: reservation)
        for _ in 0..<20 { #expect(try writer.write(.reservationConfirm, for: reservation).message == first.message) }
        #expect(try Samples.writer().write(.reservationConfirm, for: reservation).message == first.message)
        let later = Samples.claim(.reservationConfirm, reservation.facts, readAt: Samples.now + 900)
        #expect(try writer.write(.reservationConfirm, for: later).message == first.message)
    }

    @Test("a changed fact, date or link is a letter of another id; the job's half of the id stays")
    func changedFactChangesTheID() throws {
        let changed = [
            Samples.claim(.reservationConfirm, try Samples.reservation(starts: "2027-03-08 1 10:01 -28800")),
            Samples.claim(.reservationConfirm, try Samples.reservation(deadline: "2027-03-04 4 09:01 -28800")),
            Samples.claim(.reservationConfirm, try Samples.reservation(place: .phone)),
            Samples.claim(.reservationConfirm, try Samples.reservation(providerName: "Dr. Amara Lindquist")),
            Samples.claim(
                .reservationConfirm, try Samples.reservation(subject: Samples.subject(name: "Zoë O’Neil"))),
            Samples.claim(
                .reservationConfirm, try Samples.reservation(subject: Samples.subject(address: "zoe2@example.org"))),
            Samples.claim(
                .reservationConfirm, reservation.facts, links: [Samples.link(.rsv, expiresAt: Samples.now + 60)]),
            Samples.claim(.reservationConfirm, reservation.facts, links: [Samples.link(.rsv, generation: 2)]),
            Samples.claim(.reservationConfirm, reservation.facts, datedAt: Samples.now + 1),
        ]
        let ids = try ([reservation] + changed).map { try writer.write(.reservationConfirm, for: $0).message.messageID }
        #expect(Set(ids).count == ids.count)
        let halves = Set(ids.map { $0.split(separator: ".").first.map(String.init) ?? "" })
        #expect(halves.count == 1 && halves.first?.contains(Samples.uuid(7).uuidString.lowercased()) == true)
    }

    @Test("another job's letter of the same facts is another message")
    func otherJobOtherID() throws {
        let other = Samples.claim(.reservationConfirm, reservation.facts, uuid: Samples.uuid(8))
        #expect(
            try writer.write(.reservationConfirm, for: other).message.messageID
                != writer.write(.reservationConfirm, for: reservation).message.messageID)
    }

    @Test("the link is in both parts, alone on its line in the text, and verifies for its purpose alone")
    func linkVerifies() throws {
        for (kind, claim, purpose) in [
            (Kind.reservationConfirm, reservation, LinkPurpose.rsv), (.portalActivate, activation, .act),
        ] {
            let letter = try ReadLetter(try writer.write(kind, for: claim))
            let row = claim.links[0]
            let token = try Samples.signer().token(
                purpose: purpose, subject: row.subjectID, jti: row.jti, generation: row.generation,
                issuedAt: row.issuedAt,
                expiresAt: row.expiresAt)
            let url = "https://book.example.org/l/\(purpose.rawValue)/\(token)"
            #expect(letter.text.split(separator: "\n").count { $0 == url } == 1)
            #expect(letter.text.components(separatedBy: token).count == 2)
            #expect(letter.html.contains("href=\"\(url)\""))
            let claims = try Samples.verifier().verify(token, for: purpose, at: Samples.now)
            #expect(
                claims.jti == row.jti && claims.subject == row.subjectID && claims.generation == 1
                    && claims.expiresAt == row.expiresAt)
            for other in LinkPurpose.allCases where other != purpose {
                #expect(throws: LinkRefusal.badSignature) {
                    try Samples.verifier().verify(token, for: other, at: Samples.now)
                }
            }
        }
    }

    @Test("a link whose row names another key is not signed with this one")
    func otherKey() throws {
        let claim = Samples.claim(
            .reservationConfirm, reservation.facts, links: [Samples.link(.rsv, keyID: "2027-06a")])
        let error = #expect(throws: LetterError.self) { try writer.write(.reservationConfirm, for: claim) }
        guard case .keyRetired = error else {
            Issue.record("not told of the other key")
            return
        }
    }

    @Test("envelope and header fields are the practice's and the reader's")
    func envelope() throws {
        let letter = try writer.write(.reservationConfirm, for: reservation)
        #expect(letter.bounceAddress.unredactedText == "bounces@larkspur.example")
        #expect(letter.recipient.unredactedText == "zoe@example.org")
        let fields = try ReadLetter(letter).fields
        #expect(fields["from"]?.contains("no-reply@larkspur.example") == true)
        #expect(fields["reply-to"]?.contains("hello@larkspur.example") == true)
        #expect(fields["to"]?.hasSuffix("<zoe@example.org>") == true)
        #expect(fields["date"] == "Mon, 01 Mar 2027 17:00:00 +0000")
        #expect(fields["message-id"] == "<\(letter.message.messageID)>")
        #expect(fields["auto-submitted"] == "auto-generated")
    }

    @Test("the letter says the time, the place and the deadline in both parts")
    func wording() throws {
        let facts = try Samples.reservation(place: .inPerson, placeText: "1 Main St, Albany")
        let letter = try ReadLetter(
            try writer.write(.reservationConfirm, for: Samples.claim(.reservationConfirm, facts)))
        let words = [
            "Monday, March 8, 2027", "10:00 AM", "Pacific Time (UTC−8)", "Thursday, March 4, 2027", "9:00 AM",
            "1 Main St, Albany",
            "Dr. Amara Lindqvist", "Larkspur Practice",
        ]
        for word in words {
            #expect(letter.text.replacing("\n", with: " ").contains(word), "\(word) in the text")
            #expect(letter.html.replacing("\n", with: " ").contains(word), "\(word) in the HTML")
        }
        #expect(letter.fields["subject"] == "Please confirm your time on Monday, March 8")
    }

    @Test("no subject is longer than 60 characters, not even on the longest day of the year")
    func subjectLength() throws {
        let longest = "2027-09-29 3 10:00 -25200"
        let claims: [(Kind, Claim)] = [
            (.reservationConfirm, Samples.claim(.reservationConfirm, try Samples.reservation(starts: longest))),
            (.portalActivate, Samples.claim(.portalActivate, try Samples.task(deadline: longest))),
            (.providerBounce, Samples.claim(.providerBounce, try Samples.reservation(starts: longest))),
        ]
        for (kind, claim) in claims {
            let subject = try #require(try ReadLetter(try writer.write(kind, for: claim)).fields["subject"])
            #expect(subject.contains("Wednesday, September 29") && subject.count <= 60)
        }
    }

    @Test(
        "a name is text and nothing else, wherever it stands",
        arguments: [
            "<b>Zoë</b>", "{{link.rsv}}", "{{{brand.name}}}", "\"Zoë\" & 'Co'", "李小龍", "=?utf-8?q?Zoe?=",
            "Zoë, all@example.org", "a;b:c<d",
            String(repeating: "Zoë ", count: 16),
        ])
    func namesAreText(name: String) throws {
        let facts = try Samples.reservation(subject: Samples.subject(name: name), providerName: name)
        let letter = try writer.write(.reservationConfirm, for: Samples.claim(.reservationConfirm, facts))
        let read = try ReadLetter(letter)
        let plain = try ReadLetter(writer.write(.reservationConfirm, for: reservation))
        #expect(letter.recipient.unredactedText == "zoe@example.org")
        #expect(read.fields["to"]?.hasSuffix("<zoe@example.org>") == true)
        #expect(Set(read.fields.keys) == Set(plain.fields.keys))
        #expect(read.text.replacing("\n", with: " ").contains(name.trimmingCharacters(in: .whitespaces)))
        #expect(!read.html.contains("<b>Zoë"))
        #expect(Self.tags(read.html) == Self.tags(plain.html))
        #expect(read.html.components(separatedBy: "href=").count == plain.html.components(separatedBy: "href=").count)
    }

    @Test(
        "a name or address no header can hold is the row's fault, and is not quoted",
        arguments: [
            ("Zoë\r\nBcc: all@example.org", "zoe@example.org"), ("Zoë\u{202E}", "zoe@example.org"),
            ("Zoë\u{0}", "zoe@example.org"),
            ("Zoë", "zoe"), ("Zoë", "zoe@example.org\r\nBcc: x@y.example"), ("Zoë", "zoe@exam ple.org"),
            ("Zoë", "zoe@\u{202E}example.org"), ("Zoë", ""),
        ])
    func unwritableRecipient(name: String, address: String) throws {
        let claim = Samples.claim(
            .reservationConfirm, try Samples.reservation(subject: Samples.subject(name: name, address: address)))
        let error = #expect(throws: LetterError.self) { try writer.write(.reservationConfirm, for: claim) }
        guard case .recipient = try #require(error) else {
            Issue.record("not the recipient's fault: \(String(describing: error))")
            return
        }
        #expect(error?.description.contains("Zoë") == false && error?.description.contains("example.org") == false)
    }

    @Test("what is wrong with our own words or links is our fault")
    func ownFault() throws {
        let broken = [
            Samples.claim(.reservationConfirm, reservation.facts, links: []),
            Samples.claim(.reservationConfirm, try Samples.reservation(providerName: "Dr.\r\nLindqvist")),
            Samples.claim(.reservationConfirm, .gone),
            Samples.claim(.reservationConfirm, reservation.facts, links: [Samples.link(.rsv, expiresAt: Samples.now)]),
        ]
        for claim in broken {
            let error = #expect(throws: LetterError.self) { try writer.write(.reservationConfirm, for: claim) }
            if case .recipient = error { Issue.record("blamed on the recipient") }
        }
    }

    @Test(
        "a language without templates gets English, and its region's language if there is one",
        arguments: ["en-GB", "zz", "zh-Hant-TW"])
    func otherLanguages(locale: String) throws {
        let facts = try Samples.reservation(subject: Samples.subject(locale: locale))
        let letter = try ReadLetter(
            try writer.write(.reservationConfirm, for: Samples.claim(.reservationConfirm, facts)))
        #expect(letter.fields["content-language"] == "en")
    }

    /// The elements of a page in their order.
    private static func tags(_ html: String) -> [String] {
        html.matches(of: /<(\/?[a-zA-Z][a-zA-Z0-9]*)/).map { String($0.1) }
    }
}
