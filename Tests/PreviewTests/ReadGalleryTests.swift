import BookingLinks
import Foundation
import Mail
import Notifications
import Preview
import TestSupport
import Testing

/// Every letter of the gallery, read by us and by Python's email and icalendar packages.
@Suite("The gallery's letters through other readers")
struct ReadGalleryTests {
    private let letters: [(id: SpecimenID, specimen: Specimen, read: ReadLetter)]

    init() throws {
        letters = try Real.gallery().specimens.map { ($0.id, $0, ReadLetter($0.letter.message.bytes)) }
        try #require(letters.count > 100)
    }

    @Test("headers, parts, text and HTML are what Python reads")
    func messages() async throws {
        let folder = try ScratchFolder()
        for (index, letter) in letters.enumerated() { try folder.write("new/\(index)", letter.read.bytes) }
        let messages = try await Maildir(folder.url).messages()
        #expect(messages.count == letters.count)
        for ((id, specimen, read), python) in zip(letters, messages) {
            #expect(read.subject == python.headers["subject"], "\(id.path)")
            #expect(read.messageID == specimen.letter.message.messageID, "\(id.path)")
            #expect(read.date == python.headers["date"], "\(id.path)")
            #expect(read.text == python.text?.replacingOccurrences(of: "\r\n", with: "\n"), "\(id.path)")
            #expect(read.html == python.html?.replacingOccurrences(of: "\r\n", with: "\n"), "\(id.path)")
            #expect((read.calendar != nil) == (python.calendar != nil), "\(id.path)")
        }
    }

    @Test("calendars say what icalendar reads")
    func calendars() async throws {
        let withCalendar = letters.filter { $0.read.calendarPart != nil }
        #expect(withCalendar.count > 10)
        let others = try await ReadCalendar.read(withCalendar.map { Data($0.read.bytes) })
        for ((id, _, read), other) in zip(withCalendar, others) {
            let values = Dictionary((read.calendar ?? []).map { ($0.name, $0.value) }) { $1 }
            for (name, text) in other.texts { #expect(values[name] == text, "\(id.path)") }
            #expect(values["UID"] == other.uid && values["METHOD"] == other.method, "\(id.path)")
        }
    }

    @Test("every link of the HTML is in the text, and booking links are genuine until they end")
    func links() throws {
        let verifier = try PreviewKey.verifier(base: Real.base.get())
        var purposes: Set<LinkPurpose> = []
        for (id, specimen, read) in letters {
            let now = specimen.claim.readAt
            let links = read.links(verifiedBy: verifier, at: now)
            // A hostile name may hold an address, which then stands in the text alone.
            #expect(links.allSatisfy { $0.isInHTML || $0.purpose == nil && $0.isInText }, "\(id.path)")
            #expect(links.allSatisfy { !$0.isInHTML || $0.isInText && $0.label?.isEmpty == false }, "\(id.path)")
            let booking = links.filter { $0.purpose != nil }
            #expect(booking.allSatisfy { $0.verdict == "yes" && $0.isGenuine == true }, "\(id.path)")
            for link in booking {
                let end = try #require(link.expiresAt)
                let late = read.links(verifiedBy: verifier, at: end).first { $0.url == link.url }
                #expect(end > now && late?.verdict == "no: expired", "\(id.path)")
            }
            purposes.formUnion(booking.compactMap(\.purpose))
        }
        #expect(purposes == Set(LinkPurpose.allCases))
    }

    @Test("every letter has a preheader of 40 to 90 characters that its text does not say")
    func preheaders() throws {
        for (id, _, read) in letters {
            let preheader = try #require(read.preheader, "\(id.path)")
            #expect((40...90).contains(preheader.count), "\(id.path): \(preheader)")
            #expect(read.text?.contains(preheader) == false, "\(id.path)")
        }
    }
}
