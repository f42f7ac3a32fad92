import TestSupport
import Testing

extension Scenario {
    /// The portal: activation, tasks, check-ins, messages, security.
    static let portal: [Scenario] = [
        Scenario(11, "the first confirmation carries the activation, which follows again until it is done") {
            (story: Story) async throws in
            let id = try await story.book()
            try await story.task("activate_portal", "'\(id)'")
            let confirmed = try await story.letter("appointment.confirmed")
            #expect(confirmed.carries("act"))
            #expect(confirmed.words.contains("Use the email address that this email came to"))
            try await story.time("2027-03-04 17:00+00")
            let again = try await story.expect("portal.activate")
            #expect(again.first?.carries("act") == true)
            #expect(try await story.redeem("act", "'activate'") == "done")
            #expect(try await story.redeem("act", "'activate'") == "already")
            try await story.time("2027-03-07 18:00+00")
            #expect(try await !story.letters().map(\.kind).contains("portal.activate"))
        },
        Scenario(14, "open tasks are one letter a day at most") { (story: Story) async throws in
            try await story.task("intake_form")
            try await story.task("schedule_follow_up")
            #expect(try await story.sql("SELECT holdfast.owe_digests()") == "0")
            try await story.time("2027-03-02 18:00+00")
            try await story.sql("SELECT holdfast.owe_digests(); SELECT holdfast.owe_digests()")
            let digest = try await story.expect("task.digest")
            #expect(digest.first?.carries("task") == true)
            #expect(digest.first?.carries("pref") == true)
            #expect(digest.first?.message.headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click")
            try await story.time("2027-03-03 18:00+00")
            try await story.sql("UPDATE booking.signup_task SET state = 'done'; SELECT holdfast.owe_digests()")
            try await story.expect()
        },
        Scenario(15, "agreements to review are named in the confirmation") { (story: Story) async throws in
            let id = try await story.book()
            try await story.task("accept_agreements", "'\(id)'")
            #expect(try await story.letter("appointment.confirmed").words.contains("agreements"))
        },
        Scenario(16, "a letter about tasks never threatens") { (story: Story) async throws in
            try await story.task("intake_form")
            try await story.time("2027-03-02 18:00+00")
            try await story.sql("SELECT holdfast.owe_digests()")
            let words = try await story.letter("task.digest").words.lowercased()
            for word in ["will be cancelled", "lose your", "must complete", "overdue"] {
                #expect(!words.contains(word), "\(word)")
            }
        },
        Scenario(17, "check-ins go on until the provider has agreed to end them") { (story: Story) async throws in
            _ = try await story.book()
            _ = try await story.letters()
            try await story.sql("UPDATE booking.client SET checkins = 'off_requested'; SELECT \(Self.checkin)")
            let letters = try await story.expect("checkin.due", "checkin.optout_requested")
            #expect(letters.map(\.to) == ["zoe@example.org", "quinn@example.org"])
            #expect(!letters[1].words.contains("/l/"))
            try await story.sql("UPDATE booking.client SET checkins = 'off'; SELECT \(Self.checkin)")
            let decided = try await story.expect("checkin.optout_decided")
            #expect(decided.first?.to == "zoe@example.org")
        },
        Scenario(18, "a security notice goes out whatever somebody has opted out of, and carries no token") {
            (story: Story) async throws in
            try await story.sql(
                """
                INSERT INTO holdfast.suppression (address, class, reason)
                SELECT 'zoe@example.org', c, 'opt_out' FROM unnest(ARRAY['reminder', 'task', 'survey']) AS c;
                SELECT holdfast.enqueue('security.notice', 'client', '\(Story.client)', args => '{"event": "two_step_on"}');
                SELECT holdfast.enqueue('security.notice', 'provider', '\(Story.provider)', args => '{"event": "login", "audience": "provider"}')
                """)
            let letters = try await story.expect("security.notice", "security.notice")
            #expect(letters.map(\.to) == ["quinn@example.org", "zoe@example.org"])
            #expect(letters.allSatisfy { !$0.words.contains("/l/") })
        },
        Scenario(19, "unread messages are one letter after 15 minutes, without a word of theirs, and none once read") {
            story in
            try await story.sql(
                """
                INSERT INTO booking.message_thread (client_id, provider_id, unread_by_client_since)
                VALUES ('\(Story.client)', '\(Story.provider)', holdfast.clock())
                """)
            try await story.expect()
            try await story.time("2027-03-01 17:15+00")
            let letters = try await story.expect("message.new")
            #expect(letters.first?.words.contains("In an emergency call 112.") == true)
            try await story.sql("UPDATE booking.message_thread SET unread_by_client_since = NULL")
            try await story.sql(
                "UPDATE booking.message_thread SET unread_by_client_since = holdfast.clock(), unread_by_provider_since = holdfast.clock()"
            )
            try await story.sql("UPDATE booking.message_thread SET unread_by_client_since = NULL")
            try await story.time("2027-03-01 17:30+00")
            #expect(try await story.expect("message.new").first?.to == "quinn@example.org")
        },
        Scenario(22, "a changed address is told to the old and the new one, and older links end") {
            (story: Story) async throws in
            _ = try await story.book()
            _ = try await story.letters()
            try await story.sql("UPDATE booking.client SET email = 'zoe.new@example.org'")
            let letters = try await story.letters().filter { $0.kind == "security.notice" }
            #expect(letters.map(\.to) == ["zoe.new@example.org", "zoe@example.org"])
            #expect(try await story.redeem("appt", "'cancel'") == "changed")
        },
        Scenario(27, "no letter names a form or what it is about") { (story: Story) async throws in
            try await story.task("assessment")
            try await story.time("2027-03-02 18:00+00")
            try await story.sql("SELECT holdfast.owe_digests()")
            let words = try await story.letter("task.digest").words.lowercased()
            for word in ["phq-9", "gad-7", "anxiety", "depress", "your score", "your result"] {
                #expect(!words.contains(word), "\(word)")
            }
        },
        Scenario(28, "a new client is shown the two introductions in the first confirmation, and nowhere else") {
            story in
            let id = try await story.book()
            try await story.task("activate_portal", "'\(id)'")
            #expect(try await story.letter("appointment.confirmed").words.contains("https://www.example.org/welcome"))
            _ = try await story.book(["starts_at": "'2027-03-15 18:00+00'"])
            #expect(try await !story.letter("appointment.confirmed").words.contains("https://www.example.org/welcome"))
        },
    ]

    private static let checkin = "holdfast.enqueue('checkin.due', 'client', '\(Story.client)')"
}

extension Story {
    /// Gives the client something to do.
    func task(_ kind: String, _ reservation: String = "NULL") async throws {
        try await sql(
            """
            INSERT INTO booking.signup_task (client_id, kind, reservation_id, created_at)
            VALUES ('\(Self.client)', '\(kind)', \(reservation), holdfast.clock())
            """)
    }
}
