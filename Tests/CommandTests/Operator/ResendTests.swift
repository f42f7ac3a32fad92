import Foundation
import TestSupport
import Testing

/// What `holdfast resend --json` prints.
struct ResendAnswer: Decodable {
    struct Letter: Decodable {
        let job: Int
        let kind: String
        let recipient: String?
        let result: String
        let newJob: Int?
        let refusal: String?
    }
    let requestID: String
    let isDryRun: Bool
    let isInterrupted: Bool
    let isComplete: Bool
    let letters: [Letter]
    let leftOut: Int
}

@Suite("holdfast resend")
struct ResendTests {
    @Test(
        "The plan changes nothing; what is done is what was planned, with operator and reason on record, and no address"
    )
    func planned() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(3)
            let before = try await site.everything()
            let all = ["resend", "--failed", "--since", "2h"]
            let plan = try await site.must(all + ["--dry-run"])
            #expect(try await site.everything() == before)
            #expect(plan.words.hasSuffix("plan: 3 letters to send, 0 refused"))
            for job in jobs {
                #expect(plan.words.contains("job \(job) reservation.confirm to the invitee v…@example.org"))
            }

            let done = try await site.must(
                all + ["--yes", "--reason", "relay's list", "--request-id", "list", "--rate", "100"])
            #expect(done.words.hasSuffix("3 letters owed again, 0 refused"))
            #expect(done.errors.contains("request id list: with it, the same command goes on where it was"))
            #expect(
                try await site.sql(
                    "SELECT DISTINCT action, reason, request_id, operator <> '' FROM holdfast.audit WHERE action = 'resend'"
                )
                    == "resend|relay's list|list|t")
            #expect(try await site.count("holdfast.audit WHERE action = 'resend'") == 3)
            #expect(try await site.count("holdfast.job WHERE state = 'ready'") == 3)
            for result in [plan, done] { #expect(!(result.output + result.errors).contains("visitor.")) }
        }
    }

    @Test("As JSON: plan and result; under the same request nothing is sent twice, and what was done is told")
    func json() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(2)
            let all = ["resend", "--failed", "--since", "2h", "--json", "--request-id", "r-1"]
            let plan = try await site.must(all + ["--dry-run"]).json(ResendAnswer.self)
            #expect(plan.isDryRun && !plan.isComplete && plan.letters.map(\.result) == ["planned", "planned"])
            #expect(plan.letters.map(\.job) == jobs && plan.letters[0].recipient == "v…@example.org")
            let doing = all + ["--yes", "--reason", "again"]
            let done = try await site.must(doing).json(ResendAnswer.self)
            #expect(done.isComplete && !done.isDryRun && done.requestID == "r-1")
            #expect(done.letters.map(\.result) == ["sent", "sent"])
            let again = try await site.must(doing).json(ResendAnswer.self)
            #expect(again.isComplete && again.letters.map(\.result) == ["done", "done"])
            #expect(again.letters.map(\.newJob) == done.letters.map(\.newJob))
            #expect(try await site.count("holdfast.job") == 2)
        }
    }

    @Test("A request is one deed: repeated once its reservation is confirmed it sends no other letter")
    func oneDeed() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.scripted())
            let id = try await site.reserve("ann@example.org")[0]
            try await site.drain()
            let resend = [
                "resend", "--reservation", id, "--yes", "--reason", "r", "--request-id", "phone-1", "--json",
            ]
            let first = try await site.must(resend).json(ResendAnswer.self)
            try await site.drain()
            try await site.sql(
                """
                INSERT INTO booking.client (display_name, email, tz) VALUES ('Ann', 'ann@example.org', 'Asia/Tokyo');
                UPDATE booking.reservation SET state = 'confirmed', client_id = (SELECT id FROM booking.client)
                """)
            try await site.drain()
            let before = try await site.everything()
            let again = try await site.must(resend).json(ResendAnswer.self)
            #expect(again.letters.map(\.result) == ["done"] && again.letters[0].newJob == first.letters[0].newJob)
            #expect(again.letters[0].kind == "reservation.confirm" && again.isComplete)
            #expect(try await site.everything() == before)
        }
    }

    @Test("Refused with a sentence that names the way out, exit 1, nothing changed")
    func refusals() async throws {
        try await withInstallation { site in
            let ids = try await site.reserve("ann@example.org")
            let owed = try await site.onlyJob()
            func refusal(_ job: String, _ more: [String] = [], _ changes: [String: String?] = [:]) async throws
                -> String
            {
                let before = try await site.everything()
                let result = try await site.run(["resend", "--job", job, "--yes", "--reason", "r"] + more, changes)
                #expect(result.status == 1)
                #expect(try await site.everything() == before)
                #expect(result.errors == "holdfast: 1 of 1 letter refused\n")
                return result.words
            }
            #expect(try await refusal(owed).contains("it is still owed as job \(owed)"))
            #expect(try await refusal(owed).contains("leaves as soon as a worker has a place"))
            try await site.sql("UPDATE holdfast.job SET state = 'held', due_before_hold = run_at, run_at = 'infinity'")
            #expect(try await refusal(owed).contains("'holdfast release \(owed)' lets it go"))

            let job = "\(try #require(try await site.failLetters(1).last))"
            #expect(
                try await refusal(job, [], ["HOLDFAST_ONLY_TO": "elsewhere.example"]).contains(
                    "is not in HOLDFAST_ONLY_TO"))
            try await site.sql(
                "INSERT INTO holdfast.suppression (address, class, reason) VALUES ('visitor.1@example.org', 'all', 'hard_bounce')"
            )
            #expect(try await refusal(job).contains("or say --even-suppressed"))
            try await site.sql("UPDATE holdfast.suppression SET reason = 'complaint'")
            #expect(try await refusal(job, ["--even-suppressed"]).contains("the reader complained of letters"))
            try await site.sql("UPDATE holdfast.suppression SET reason = 'hard_bounce'")
            try await site.must(["resend", "--job", job, "--even-suppressed", "--yes", "--reason", "it was mended"])
            try await site.sql(
                "DELETE FROM holdfast.job; UPDATE booking.reservation SET state = 'cancelled' WHERE id <> '\(ids[0])'")
            #expect(try await refusal(job).contains("its subject changed since"))
        }
    }

    @Test("Once in ten minutes, three times a day")
    func cooldown() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.scripted())
            let id = try await site.reserve("ann@example.org")[0]
            let job = try await site.onlyJob()
            try await site.drain()
            // The allowance of an address is another matter.
            let forget = "DELETE FROM holdfast.allowance; UPDATE holdfast.audit SET at = at - interval '11 minutes'"
            let resend = ["resend", "--reservation", id, "--yes", "--reason", "r"]
            for _ in 1...3 {
                try await site.must(resend)
                try await site.drain()
                let soon = try await site.run(resend)
                #expect(
                    soon.status == 1 && soon.words.contains(/wait until [A-Z][a-z]{2} [0-9]+ [A-Z][a-z]{2} [0-9:]{5}/))
                try await site.sql(forget)
            }
            let many = try await site.run(resend)
            #expect(many.status == 1 && many.words.contains("three letters about this were sent again within a day"))
            try await site.sql("UPDATE holdfast.audit SET at = at - interval '24 hours'")
            try await site.must(["resend", "--job", job, "--yes", "--reason", "r"])
            #expect(try await site.count("holdfast.history WHERE outcome = 'sent'") == 4)
        }
    }

    @Test("A reservation, a task and an address stand for the newest letters about them")
    func selections() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.scripted())
            let ids = try await site.reserve("ann@example.org", "bea@example.org", "ann@example.org")
            try await site.sql(
                """
                BEGIN;
                INSERT INTO booking.client (display_name, email, tz) VALUES ('Ann', 'ann@example.org', 'Asia/Tokyo');
                INSERT INTO booking.signup_task (client_id, kind) SELECT id, 'activate_portal' FROM booking.client;
                COMMIT
                """)
            let task = try await site.sql("SELECT id FROM booking.signup_task")
            try await site.drain()
            // What an address is allowed in a day is another matter.
            try await site.sql("DELETE FROM holdfast.allowance")
            let kinds = { (arguments: [String]) in
                try await site.must(["resend", "--dry-run", "--json"] + arguments).json(ResendAnswer.self).letters.map(
                    \.kind
                )
                .sorted()
            }
            #expect(try await kinds(["--reservation", ids[1]]) == ["reservation.confirm"])
            #expect(try await kinds(["--task", task]) == ["portal.activate"])
            #expect(
                try await kinds(["--recipient", "ANN@example.org"])
                    == ["portal.activate", "reservation.confirm", "reservation.confirm"])
        }
    }

    @Test(
        "What the command line does not say well is wrong usage",
        arguments: [
            ([], "--job"), (["--job", "1", "--failed", "--since", "2h"], "one of"), (["--failed"], "--since"),
            (["--failed", "--since", "2"], "2h"),
            (["--job", "1", "--since", "2h"], "--failed"),
            (["--job", "1", "--code", "550"], "--failed"), (["--failed", "--since", "2h", "--code", "55"], "550"),
            (["--recipient", "zoe"], "--recipient"), (["--reservation", "7"], "UUID"),
            (["--job", "1", "--rate", "0"], "--rate"), (["--job", "1", "--rate", "1e-30"], "--rate"),
            (["--failed", "--since", "1000000000w"], "1000 years away"),
            (["--failed", "--since", "3002-01-01"], "'--since <time>'"),
            (["--job", "1", "--request-id", " "], "--request-id"),
            (["--job", "1", "--request-id", String(repeating: "ä", count: 201)], "--request-id"),
            (["--job", "1", "--to", "zoe@example.org"], "--to"),
        ])
    func wrongUsage(_ arguments: [String], named: String) async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(["resend", "--reason", "r", "--yes"] + arguments)
            #expect(result.status == 64 && result.output.isEmpty)
            #expect(result.errors.contains(named))
        }
    }

    @Test("Unknown, nothing matched, too many, no such kind, nobody to ask, no reason: each its sentence and code")
    func unusable() async throws {
        try await withInstallation { site in
            try await site.failLetters(3)
            let before = try await site.everything()
            func end(_ arguments: [String], _ status: Int32, _ sentence: String) async throws {
                let result = try await site.run(["resend"] + arguments)
                #expect(result.status == status, "\(arguments)")
                #expect(result.errors.contains(sentence), "\(result.errors)")
                #expect(try await site.everything() == before)
            }
            let id = UUID().uuidString
            let all = ["--failed", "--since", "2h", "--reason", "r"]
            try await end(["--job", "4711", "--yes", "--reason", "r"], 1, "there is no job 4711")
            try await end(["--reservation", id, "--yes", "--reason", "r"], 1, "there is no such reservation")
            try await end(["--recipient", "no@example.org", "--yes", "--reason", "r"], 1, "there is no such recipient")
            try await end(all + ["--yes", "--code", "421"], 1, "nothing matches")
            try await end(
                all + ["--yes", "--limit", "2"], 1, "3 letters match, more than 2: narrow it with --kind, --code")
            try await end(
                all + ["--yes", "--kind", "reservation.confirmed"], 65, "there is no kind 'reservation.confirmed'")
            try await end(all, 64, "say --yes")
            try await end(["--failed", "--since", "2999-01-01", "--yes", "--reason", "r"], 64, "ahead")
            let nobody = try await site.run(["resend"] + all, ["HOLDFAST_ONLY_TO": nil])
            #expect(
                nobody.status == 78 && nobody.errors.contains("HOLDFAST_ONLY_TO: is required outside environment prod"))
            let away = try await site.run(["resend"] + all, ["HOLDFAST_DATABASE_URL": "postgresql://127.0.0.1:9/none"])
            #expect(away.status == 69 && away.errors.contains("check that PostgreSQL runs"))
            try await end(["--failed", "--since", "2h", "--yes"], 64, "say why with --reason")
        }
    }

    @Test("Several letters by their numbers, each once; of everything else one for each command")
    func several() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(3).map { "\($0)" }
            let named = ["--job", jobs[2], "--job", jobs[0], "--job", jobs[2]]
            let done = try await site.must(["resend", "--yes", "--reason", "r", "--rate", "100", "--json"] + named)
            #expect(try done.json(ResendAnswer.self).letters.map { "\($0.job)" } == [jobs[0], jobs[2]])
            #expect(try await site.count("holdfast.job") == 2)
            let id = UUID().uuidString
            for twice in [["--reservation", id, "--reservation", id], ["--recipient", "-", "--recipient", "-"]] {
                let result = try await site.run(["resend", "--dry-run"] + twice)
                #expect(result.status == 64 && result.errors.contains("one --reservation, --task or --recipient"))
            }
        }
    }

    @Test("From another environment, or into a copy of the database, nothing is owed: exit 78")
    func foreignDatabase() async throws {
        try await withInstallation { site in
            let job = "\(try await site.failLetters(1)[0])"
            let resend = ["resend", "--job", job, "--yes", "--reason", "r"]
            let elsewhere = try await site.run(resend, ["HOLDFAST_ENVIRONMENT": "staging"])
            #expect(elsewhere.status == 78 && elsewhere.errors.contains("belongs to environment 'test'"))
            try await site.sql("UPDATE holdfast.installation SET system_identifier = 'another'")
            let copy = try await site.run(resend)
            #expect(copy.status == 78 && copy.errors.contains("is a copy of the one that was adopted"))
            #expect(try await site.count("holdfast.job") == 0)
        }
    }

    @Test("An address of very many subjects: the newest are planned, and it is said how many are not: exit 1")
    func leftOut() async throws {
        try await withInstallation { site in
            try await site.reserve(Array(repeating: "ann@example.org", count: 22))
            let resend = ["resend", "--recipient", "-", "--dry-run"]
            let plan = try await site.run(resend + ["--json"], stdin: "ann@example.org\n")
            let answer = try plan.json(ResendAnswer.self)
            #expect(plan.status == 1 && answer.letters.count == 20 && answer.leftOut == 2 && !answer.isComplete)
            #expect(plan.errors.contains("2 left out"), "\(plan.errors)")
            let told = try await site.run(resend, stdin: "ann@example.org\n").words
            #expect(told.contains("left out: 2 older subjects; name them with --reservation or --task"))
        }
    }

    @Test("At a terminal it tells the plan and asks: no sends nothing, yes sends")
    func asked() async throws {
        try await withInstallation { site in
            let job = "\(try await site.failLetters(1)[0])"
            let arguments = ["resend", "--job", job, "--reason", "r"]
            let no = try await site.runInTerminal(
                arguments, steps: [.see("Send this letter again? [y/N]"), .type("n\r")])
            #expect(no.status == 1 && no.screen.contains("nothing was sent"))
            #expect(try await site.count("holdfast.job") == 0)
            let yes = try await site.runInTerminal(arguments, steps: [.see("[y/N]"), .type("y\r")])
            #expect(yes.status == 0 && yes.screen.contains("1 letter owed again"))
            #expect(try await site.count("holdfast.job") == 1)
        }
    }
}
