import Foundation
import TestSupport
import Testing

@Suite("holdfast find")
struct FindTests {
    @Test("One story by address, reservation, job, Message-ID and queue id: each attempt, link and what is to come")
    func everyNeedle() async throws {
        try await withStory { site, id, job in
            let message = try await site.sql("SELECT message_id FROM holdfast.history WHERE outcome = 'sent'")
            var stories: [String] = []
            for needle in ["ZOE@example.org", id, job, "<\(message)>", "4F1BC2D3A9"] {
                let result = try await site.must(["find", needle])
                #expect(result.errors.isEmpty)
                #expect(result.lines.allSatisfy { $0.count <= 80 })
                #expect(!result.output.contains("zoe@"), "\(needle)")
                stories.append(result.words)
            }
            for story in stories {
                #expect(story.contains("last: reservation.confirm to the invitee: sent, "))
                #expect(story.contains("next: nothing is owed"))
                #expect(story.contains("reservation \(id) pending, generation 1"))
                #expect(story.contains("the invitee z…@example.org"))
                #expect(story.contains("retry, at rcpt: 450 4.2.0 [address] greylisted"))
                #expect(story.contains("sent, 250 2.0.0 Ok: queued as 4F1BC2D3A9; queue id 4F1BC2D3A9; no TLS"))
                #expect(story.contains("link rsv, issued "))
                #expect(story.contains(", never used"))
                #expect(story.contains("Message-ID \(message)"))
            }
        }
    }

    @Test("Times are those of this host's zone, as the database computes them, and the zone is named")
    func zones() async throws {
        try await withStory { site, id, _ in
            for (zone, name) in [("Asia/Kathmandu", "+0545 (UTC+05:45)"), ("Asia/Tokyo", "JST (UTC+09:00)")] {
                let at = try await site.sql(
                    """
                    SELECT to_char(at AT TIME ZONE '\(zone)', 'Dy FMDD Mon HH24:MI:SS') FROM holdfast.history
                    WHERE outcome = 'sent'
                    """)
                let result = try await site.must(["find", id], ["TZ": zone])
                #expect(result.words.contains("\(at) sent"))
                #expect(result.words.contains(name))
            }
        }
    }

    @Test("What was used, has expired or was revoked says so; so do suppression, a hold and the audit")
    func told() async throws {
        try await withStory { site, id, job in
            let find = { try await site.must(["find", "zoe@example.org"]).words }
            try await site.sql("UPDATE holdfast.link SET uses = 1, first_used_at = now()")
            #expect(try await find().contains(": used up, used 1×, first "))
            try await site.sql(
                "UPDATE holdfast.link SET uses = 0, first_used_at = NULL, issued_at = now() - interval '9 days', expires_at = now()"
            )
            #expect(try await find().contains(": expired "))
            try await site.sql("UPDATE booking.reservation SET state = 'cancelled'")
            #expect(try await find().contains(": revoked "))
            #expect(try await find().contains("reservation \(id) cancelled, generation 2"))
            try await site.sql(
                """
                INSERT INTO holdfast.suppression (address, class, reason) VALUES ('zoe@example.org', 'all', 'hard_bounce');
                INSERT INTO holdfast.audit (operator, action, target, reason, job_id)
                VALUES ('mel', 'hold', '\(job)', 'zoe@example.org called', \(job))
                """)
            let story = try await find()
            #expect(story.contains("SUPPRESSED z…@example.org gets no letters at all: hard_bounce, since "))
            try await site.sql("UPDATE holdfast.suppression SET until = now() - interval '1 minute'")
            #expect(try await !find().contains("SUPPRESSED"), "that is over")
            #expect(story.contains("mel hold job \(job): z…@example.org called"))
        }
    }

    @Test("A letter for later, one that waits for another attempt, one that is held: what is still to come")
    func toCome() async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org")
            let job = try await site.onlyJob()
            let find = { try await site.must(["find", job]).words }
            #expect(try await find().contains("next: reservation.confirm to the invitee: due now"))
            try await site.sql("UPDATE holdfast.job SET run_at = now() + interval '3 hours 30 seconds'")
            #expect(try await find().contains("(in 3h 0m)"))
            try await site.must(["pause", "--kind", "reservation.confirm", "--reason", "wrong logo"])
            #expect(try await find().contains("letters of this kind are stopped"))
            try await site.sql("UPDATE holdfast.job SET state = 'held', due_before_hold = run_at, run_at = 'infinity'")
            #expect(try await find().contains("held by an operator, until 'holdfast release'; due "))
            try await site.sql("UPDATE holdfast.job SET in_doubt_at = now()")
            #expect(try await find().contains("held: an earlier attempt may have arrived"))
            try await site.sql("UPDATE holdfast.job SET due_before_hold = NULL")
            #expect(try await find().contains("held: an earlier attempt may have arrived"))
        }
    }

    @Test("A letter that came back for the relay's sake: status counts it as a retry, and the story says where to look")
    func relaysFault() async throws {
        try await withInstallation { site in
            var relay = RelayScenario()
            relay.answers["RCPT"] = ["451 4.3.2 not now"]
            site.use(try SMTPServer.scripted(relay))
            try await site.reserve("ann@example.org")
            let job = try await site.onlyJob()
            let worker = try await site.startWorker()
            try await eventually("the letter came back") {
                try await site.count("holdfast.job WHERE state = 'ready' AND claim_no > 0 AND run_at > now()") == 1
            }
            worker.signal(SIGTERM)
            try await worker.end()
            try #require(try await site.count("holdfast.history") == 0)
            try await site.sql("UPDATE holdfast.job SET run_at = now() + interval '1 hour'")
            #expect(try await site.must(["status"]).words.contains("retries 1, of them due 0, the next at 20"))
            let story = try await site.must(["find", job]).words
            #expect(story.contains("the last attempt failed for the relay's sake: see 'holdfast status'"), "\(story)")
            try await site.sql("UPDATE holdfast.job SET run_at = now()")
            let due = try await site.must(["find", job]).words
            #expect(due.contains("a worker gave it back, for the relay's sake or its own: see 'holdfast status'"))
            // What history tells needs no such words.
            try await site.sql(
                """
                INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                SELECT id, claim_no, subject_id, 1, 1, false, 'retry', kind, subject_kind, audience FROM holdfast.job
                """)
            #expect(try await !site.must(["find", job]).words.contains("relay's sake"))
        }
    }

    @Test(
        "Whatever a relay calls a letter finds it, also a UUID; what was pasted with a control character finds nothing")
    func queueIDs() async throws {
        try await withStory { site, id, _ in
            let uuid = "0F0E0D0C-0B0A-4000-8000-00000000000A"
            for name in ["aB_0001+x/Q=", "1vPqfG-00:aB", uuid, uuid.lowercased(), String(repeating: "x", count: 128)] {
                try await site.sql("UPDATE holdfast.history SET queue_id = '\(name)' WHERE outcome = 'sent'")
                let told = try await site.must(["find", id]).words
                #expect(told.contains("queue id \(name.prefix(60))"))
                let found = try await site.run(["find", name])
                #expect(found.status == 0 && found.words.contains("reservation \(id) pending"), "\(found.errors)")
            }
            for text in ["zoe@exam\u{0}ple.org", "4F1BC2D3A9\u{0}", "4711\u{7}", "4F1B\u{1B}C2D3A9"] {
                let refused = try await site.run(["find", "-"], stdin: text + "\n")
                #expect(refused.status == 64 && refused.errors.contains("in one word"), "\(refused.errors)")
            }
        }
    }

    @Test("--show-addresses shows them whole, needs a reason, and is recorded; without it no output has any")
    func addresses() async throws {
        try await withStory { site, id, _ in
            #expect(try await site.run(["find", id, "--show-addresses"]).status == 64)
            #expect(try await site.run(["find", id, "--show-addresses", "--reason", " "]).status == 64)
            #expect(try await site.count("holdfast.audit WHERE action = 'show_addresses'") == 0)
            let shown = try await site.must(["find", id, "--show-addresses", "--reason", "caller gave two"])
            #expect(shown.words.contains("letters go to the invitee zoe@example.org"))
            #expect(
                try await site.sql("SELECT target, reason FROM holdfast.audit WHERE action = 'show_addresses'")
                    == "the id \(id)|caller gave two")
            for arguments in [["find", id], ["find", "zoe@example.org"], ["find", id, "--json"]] {
                let result = try await site.must(arguments)
                #expect(!(result.output + result.errors).contains("zoe@"), "\(arguments)")
                #expect(result.words.contains("caller gave two"), "\(arguments)")
            }
            #expect(try await site.count("holdfast.audit WHERE action = 'show_addresses'") == 1)
        }
    }

    @Test("As JSON the same, in UTC")
    func json() async throws {
        struct Story: Decodable {
            struct Subject: Decodable { let kind: String, id: String, state: String? }
            struct Entry: Decodable { let at: String, outcome: String, code: Int?, queueID: String?, isFinal: Bool }
            struct Link: Decodable { let purpose: String, uses: Int }
            let needle: String, subjects: [Subject], owed: [Int], history: [Entry], links: [Link], isCut: Bool
        }
        try await withStory { site, id, _ in
            let result = try await site.must(["find", "zoe@example.org", "--json"], ["TZ": "Asia/Kathmandu"])
            let story = try result.json(Story.self)
            #expect(story.needle == "the address z…@example.org" && story.owed.isEmpty && !story.isCut)
            #expect(story.subjects.map(\.id) == [id] && story.subjects[0].state == "pending")
            #expect(
                story.history.map(\.outcome) == ["sent", "retry"] && story.history.map(\.isFinal) == [true, false])
            #expect(story.history.map(\.code) == [250, 450] && story.history[0].queueID == "4F1BC2D3A9")
            let at = try await site.sql(
                """
                SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') FROM holdfast.history
                WHERE outcome = 'sent'
                """)
            #expect(story.history[0].at.hasPrefix(at) && story.history[0].at.hasSuffix("Z"))
            #expect(story.links.map(\.purpose) == ["rsv"])
        }
    }

    @Test("What is looked for may come from standard input, or is asked for; then no command line has it")
    func asked() async throws {
        try await withStory { site, id, _ in
            let piped = try await site.run(["find", "-"], stdin: " zoe@example.org \n")
            #expect(piped.status == 0 && piped.words.contains("reservation \(id) pending"), "\(piped.errors)")
            let typed = try await site.runInTerminal(
                ["find", "-"], steps: [.see("look for:"), .type("zoe@example.org\r")])
            #expect(typed.status == 0 && typed.screen.contains("the address z…@example.org"), "\(typed.screen)")
            for nothing in ["", "two words\n"] {
                #expect(try await site.run(["find", "-"], stdin: nothing).status == 64)
            }
        }
    }

    @Test("How long ago something was is counted by the database's clock, not by this host's")
    func clock() async throws {
        try await withStory { site, id, _ in
            try await site.sql(TestInstallation.clock(movedBy: "3 hours 30 seconds"))
            #expect(try await site.must(["find", id]).words.contains("sent, 3h 0m ago"))
        }
    }

    @Test("Nothing known: exit 1 without the address; no needle: 64; no database: 69")
    func failures() async throws {
        try await withInstallation { site in
            let unknown = try await site.run(["find", "nobody@example.org"])
            #expect(unknown.status == 1 && unknown.output.isEmpty)
            #expect(unknown.errors.hasPrefix("holdfast: nothing is known of the address n…@example.org: "))
            #expect(try await site.run(["find", "two words"]).status == 64)
            #expect(try await site.run(["find"]).status == 64)
            let away = try await site.run(["find", "1"], ["HOLDFAST_DATABASE_URL": "postgresql://127.0.0.1:9/none"])
            #expect(away.status == 69 && away.errors.contains("check that PostgreSQL runs"))
        }
    }

    @Test("A long story is cut: the newest are told, and that there are more")
    func long() async throws {
        try await withStory { site, id, job in
            try await site.sql(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind,
                                              subject_kind, audience, reason)
                SELECT now() - n * interval '1 minute', 1000 + n, 1, '\(id)', 1, 1, true, 'suppressed', 'reservation.nudge',
                       'reservation', 'invitee', 'number ' || n FROM generate_series(1, 300) AS n
                """)
            let story = try await site.must(["find", id]).words
            #expect(story.contains("There is older history than this"))
            #expect(story.hasSuffix(", number 198") && !story.contains(", number 199"))
        }
    }

    @Test(
        "Each part of a story that is cut is said, and no other: subjects, letters owed, attempts, what operators did")
    func cut() async throws {
        struct Story: Decodable {
            struct Letter: Decodable { let job: Int }
            struct Part: Decodable {}
            let subjects: [Part], owed: [Part], history: [Part], audit: [Part], isCut: Bool, cut: [String]
        }
        try await withInstallation { site in
            let newest = try await site.reserve(Array(repeating: "zoe@example.org", count: 200))[199]
            func story(_ needle: String = "zoe@example.org") async throws -> Story {
                try await site.must(["find", needle, "--json"]).json(Story.self)
            }
            let whole = try await story()
            #expect(whole.subjects.count == 200 && whole.owed.count == 200 && !whole.isCut && whole.cut.isEmpty)
            try await site.reserve("zoe@example.org")
            let old = try await story()
            #expect(old.subjects.count == 200 && old.isCut && old.cut == ["subjects"])
            for _ in 1...2 {
                try await site.sql(
                    """
                    INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
                    SELECT now(), now() + interval '1 day', '\(newest)', 1, 0, 'mail', 'reservation.nudge', 'reservation', 'invitee'
                    FROM generate_series(1, 101);
                    INSERT INTO holdfast.audit (operator, action, target, reason, subject_id)
                    SELECT 'mel', 'hold', 'it ' || n, 'r', '\(newest)' FROM generate_series(1, 101) AS n;
                    INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                    SELECT 9000, n, '\(newest)', 1, 1, false, 'retry', 'reservation.nudge', 'reservation', 'invitee'
                    FROM generate_series(1, 101) AS n;
                    """)
            }
            let long = try await story(newest)
            #expect(long.cut == ["owed", "history", "audit"])
            #expect(long.owed.count == 200 && long.history.count == 200 && long.audit.count == 200)
            let page = try await site.must(["find", "zoe@example.org"]).words
            for sentence in ["There are older subjects than these", "More is owed than this", "There is older history"]
            {
                #expect(page.contains(sentence), "\(sentence)")
            }
            #expect(try await site.must(["find", newest]).words.contains("Operators did more before this"))
        }
    }

    @Test("Of many conversations those are told that something was unread in last")
    func conversations() async throws {
        try await withInstallation { site in
            try await site.sql(
                """
                INSERT INTO booking.client (display_name, email, tz) VALUES ('Ann', 'ann@example.org', 'Asia/Tokyo');
                INSERT INTO booking.provider (display_name, email, tz, booking_slug)
                SELECT 'P' || n, 'p' || n || '@practice.example', 'Europe/Dublin', 'pro' || n FROM generate_series(1, 201) AS n;
                INSERT INTO booking.message_thread (client_id, provider_id, unread_by_client_since)
                SELECT c.id, p.id, now() - interval '300 hours' + substr(p.booking_slug, 4)::int * interval '1 hour'
                FROM booking.client c, booking.provider p ORDER BY substr(p.booking_slug, 4)::int
                """)
            let story = try await site.must(["find", "ann@example.org", "--json"]).output
            let ids = try await site.sql("SELECT id FROM booking.message_thread ORDER BY unread_by_client_since")
            let threads = ids.split(separator: "\n")
            #expect(threads.count == 201 && !story.contains(threads[0]) && story.contains(threads[200]))
            #expect(story.contains("\"cut\":[\"subjects\"]"))
        }
    }

    @Test("In a narrow terminal every line fits, and what a relay said does not steer it")
    func terminal() async throws {
        try await withStory { site, id, job in
            try await site.sql(
                "UPDATE holdfast.history SET reply = E'250 \\u001B[2Jgone \\u202E' WHERE outcome = 'sent'")
            let run = try await site.runInTerminal(["find", job], columns: 50)
            #expect(run.status == 0)
            #expect(!run.output.contains("\u{1B}[2J") && !run.output.contains("\u{202E}"))
            let lines = run.output.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(whereSeparator: \.isNewline)
            #expect(lines.count > 10 && lines.allSatisfy { $0.count <= 50 }, "\(lines)")
        }
    }

    /// Lends an installation in which a letter to Zoë was put off once and then taken.
    private func withStory(_ body: (TestInstallation, String, String) async throws -> Void) async throws {
        try await withInstallation { site in
            var relay = RelayScenario()
            relay.answers["RCPT"] = ["450 4.2.0 <{recipient}> greylisted", "250 2.1.5 Ok"]
            relay.answers["DOT"] = ["250 2.0.0 Ok: queued as 4F1BC2D3A9"]
            site.use(try SMTPServer.scripted(relay))
            let ids = try await site.reserve("zoe@example.org")
            let job = try await site.onlyJob()
            try await site.drain()
            try await site.sql("UPDATE holdfast.job SET run_at = now()")
            try await site.drain()
            try #require(try await site.count("holdfast.history") == 2)
            try await body(site, try #require(ids.first), job)
        }
    }
}
