import TestSupport
import Testing

extension Scenario {
    /// What holds for every letter.
    static let letters: [Scenario] = [
        Scenario(23, "letters about payments are no business of this program: their names are reserved") {
            (story: Story) async throws in
            #expect(try await story.sql("SELECT count(*) FROM holdfast.kind WHERE name LIKE 'payment.%'") == "0")
            #expect(
                try await story.refusal("PERFORM holdfast.enqueue('payment.failed', 'client', '\(Story.client)')")
                    == "HF001")
        },
        Scenario(26, "coverage is never named") { (story: Story) async throws in
            try await story.sql("INSERT INTO booking.payor VALUES ('acme', 'Acme Health Plan', false)")
            _ = try await story.reserve(["payor_id": "'acme'"])
            let letter = try await story.letter("reservation.confirm")
            #expect(!letter.words.lowercased().contains("acme"))
            #expect(!letter.words.lowercased().contains("insur"))
        },
        Scenario(30, "help is named in every letter, and nobody is asked to reply to cancel") {
            (story: Story) async throws in
            for letter in try await story.someLetters() {
                #expect(letter.words.contains("https://www.example.org/help"), "\(letter.kind)")
                #expect(letter.words.contains("do not reply"), "\(letter.kind)")
            }
        },
        Scenario(31, "every letter to a client names the portal's home in plain text") { (story: Story) async throws in
            let ours = try await story.someLetters().filter { $0.to == "zoe@example.org" }
            #expect(Set(ours.map(\.kind)).isSuperset(of: ["appointment.confirmed", "portal.activate", "checkin.due"]))
            // Somebody who is no client yet has no portal.
            for letter in ours where letter.kind != "reservation.confirm" {
                #expect(letter.words.contains("https://portal.example.org"), "\(letter.kind)")
            }
        },
    ]
}

extension Story {
    /// A handful of letters of different kinds, to clients, visitors and the provider.
    fileprivate func someLetters() async throws -> [Letter] {
        try await invite()
        _ = try await reserve(["starts_at": "'2027-03-11 18:00+00'"])
        let id = try await book()
        try await task("activate_portal", "NULL")
        try await sql("SELECT holdfast.enqueue('checkin.due', 'client', '\(Self.client)')")
        let first = try await letters()
        try await sql("UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(id)'")
        try await time("2027-03-01 17:01+00")
        let letters = first + (try await letters())
        #expect(letters.count >= 7)
        return letters
    }
}
