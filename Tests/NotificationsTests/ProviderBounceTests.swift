import Foundation
import Mail
import Testing

@testable import Notifications

@Suite("The letter that tells a provider of a bounce")
struct ProviderBounceTests {
    @Test(
        "it is wanted whatever became of the time",
        arguments: ["pending", "confirmed", "cancelled", "expired", "completed", "no_show"])
    func states(state: String) throws {
        let facts = try Samples.reservation(state: state, deadline: nil, requiresAuthorization: true)
        #expect(try decide(facts) == .send)
    }

    @Test("a time for nobody, or another subject, has none", arguments: [nil, "", " \t"])
    func nobody(name: String?) throws {
        #expect(try decide(Samples.reservation(visitorName: name)) == .suppress(.subjectGone))
        #expect(try decide(Samples.task()) == .suppress(.subjectGone))
    }

    @Test(
        "it names the visitor by the first word of the name, and says nothing else of them",
        arguments: [("Zoë O'Neil-Canary", "Zoë"), ("李小龍", "李小龍"), (" Ngũgĩ\u{A0}wa Thiong’o", "Ngũgĩ")])
    func firstName(name: String, first: String) throws {
        let provider = Samples.subject(name: "Dr. Amara Lindqvist", address: "amara@practice.example")
        let facts = try Samples.reservation(
            subject: provider, place: .inPerson, placeText: "1 Canary Street", visitorName: name)
        let letter = try Samples.writer().write(.providerBounce, for: Samples.claim(.providerBounce, facts))
        let read = try ReadLetter(letter)
        for part in [read.text, read.html] {
            #expect(part.contains(first) && part.contains("Dr. Amara Lindqvist"))
            #expect(!part.lowercased().contains("canary") && !part.contains("Thiong") && !part.contains("/l/"))
            #expect(part.contains("Monday, March 8, 2027") && part.contains("10:00 AM"))
            #expect(part.contains("https://help.larkspur.example") && part.contains("https://portal.larkspur.example"))
        }
        #expect(read.fields["subject"] == "An email about Monday, March 8 may not have arrived")
        #expect(letter.recipient.unredactedText == "amara@practice.example")
    }

    private func decide(_ facts: Facts) throws -> Decision {
        Kind.providerBounce.decision(on: Samples.claim(.providerBounce, facts), allowing: .everybody)
    }
}
