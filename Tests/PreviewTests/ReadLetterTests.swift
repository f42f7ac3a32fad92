import Mail
import Preview
import Testing

@Suite("A letter read from its bytes")
struct ReadLetterTests {
    @Test("a letter of our composer is read whole")
    func ours() throws {
        let letter = ReadLetter(try LetterSample.message().composed().bytes)
        #expect(letter.problem == nil)
        #expect(letter.from == "Harbour Practice <no-reply@example.org>")
        #expect(letter.to == "Zoë O'Neil <zoe@example.org>")
        #expect(letter.subject == "Réservation — please confirm")
        #expect(letter.messageID.hasSuffix("@example.org"))
        #expect(letter.field("content-language") == "en")
        #expect(letter.text == LetterSample.text)
        #expect(letter.html == LetterSample.html)
        #expect(letter.preheader == "Your time is held until noon & no longer")
        #expect(letter.root?.type == "multipart/mixed")
        #expect(letter.root?.parts.map(\.type) == ["multipart/alternative", "application/ics"])
        #expect(letter.root?.parts.last?.fileName == "invite.ics")
        #expect(letter.root?.parts.last?.disposition == "attachment")
        #expect(letter.calendarPart?.parameters["method"] == "REQUEST")
        #expect(letter.calendar?.first { $0.name == "LOCATION" }?.value == "1 Main St, Albany; 2nd floor\nring twice")
        #expect(letter.calendar?.map(\.name).first == "BEGIN")
    }
}
