import TestSupport
import Testing

extension Scenario {
    /// The booking link, mailed for a provider.
    static let bookingLink: [Scenario] = [
        Scenario(7, "the booking link can be mailed for a provider, and books once") { (story: Story) async throws in
            try await story.invite()
            let invite = try await story.letter("provider.invite")
            #expect(invite.carries("inv"))
            let id = try await story.book()
            #expect(try await story.redeem("inv", "'book', reservation_id => '\(id)'") == "done")
            let second = try await story.book(["starts_at": "'2027-03-10 18:00+00'"])
            #expect(try await story.redeem("inv", "'book', reservation_id => '\(second)'") == "already")
        },
        Scenario(8, "referrals that are off stop no letter") { (story: Story) async throws in
            try await story.sql("UPDATE booking.provider SET referrals_on = false")
            try await story.invite()
            _ = try await story.reserve()
            try await story.expect("provider.invite", "reservation.confirm")
        },
        Scenario(9, "the booking link promises no time") { (story: Story) async throws in
            try await story.invite()
            let invite = try await story.letter("provider.invite")
            #expect(!invite.words.contains("March 8"))
            #expect(invite.message.calendar == nil)
            #expect(!invite.words.lowercased().contains("guarantee"))
        },
        Scenario(25, "whoever gets the booking link is not called a new patient") { (story: Story) async throws in
            try await story.invite()
            let words = try await story.letter("provider.invite").words.lowercased()
            for word in ["patient", "new client", "newsletter", "offer"] { #expect(!words.contains(word), "\(word)") }
        },
    ]
}

extension Story {
    /// Mails the provider's booking link to somebody.
    func invite() async throws {
        try await sql(
            """
            INSERT INTO booking.invitation (provider_id, name, email, tz)
            VALUES ('\(Self.provider)', 'Mei Lin', 'mei@example.org', 'America/Chicago')
            """)
    }
}
