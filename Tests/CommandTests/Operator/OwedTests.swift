import Foundation
import TestSupport
import Testing

/// What `holdfast retry|hold|release|cancel --json` prints.
private struct OwedAnswer: Decodable {
    struct Letter: Decodable {
        let job: Int
        let subject: String?
        let answer: String
        let sentence: String
    }
    let action: String
    let requestID: String
    let isDryRun: Bool
    let isInterrupted: Bool
    let isComplete: Bool
    let plan: [String: Int]
    let letters: [Letter]
}

@Suite("holdfast retry, hold, release, cancel")
struct OwedTests {
    private static let states = """
        SELECT id || ' ' || state || ' ' || CASE WHEN run_at = 'infinity' THEN 'never' WHEN run_at <= now() THEN 'now' ELSE 'later' END
        FROM holdfast.job WHERE audience = 'invitee' ORDER BY id
        """

    @Test(
        "What is held stays, what is released leaves when it was due, what is cancelled is in history; each on record")
    func named() async throws {
        try await withInstallation { site in
            let ids = try await site.reserve("ann@example.org", "bea@example.org", "cho@example.org")
            let before = try await site.everything()
            #expect(try await site.must(["hold", "1", "2", "--dry-run"]).words.hasSuffix("plan: hold 2 of 2 letters"))
            #expect(try await site.everything() == before)
            func act(_ arguments: [String]) async throws -> String {
                try await site.must(arguments + ["--yes", "--reason", "wrong logo"]).words
            }
            #expect(
                try await act(["hold", "1", "2"])
                    == "job 1 reservation.confirm to the invitee, about reservation \(ids[0]): can be done "
                    + "job 2 reservation.confirm to the invitee, about reservation \(ids[1]): can be done "
                    + "plan: hold 2 of 2 letters 2 letters held")
            #expect(try await site.sql(Self.states) == "1 held never\n2 held never\n3 ready now")
            #expect(try await act(["release", "1"]).hasSuffix("1 letter released"))
            #expect(try await act(["cancel", "2", "3"]).hasSuffix("2 letters called off"))
            #expect(try await site.sql(Self.states) == "1 ready now")
            #expect(
                try await site.sql("SELECT job_id, outcome, reason FROM holdfast.history ORDER BY job_id")
                    == "2|cancelled|cancelled by the operator\n3|cancelled|cancelled by the operator")
            #expect(
                try await site.sql(
                    "SELECT action, job_id, reason FROM holdfast.audit WHERE job_id IS NOT NULL ORDER BY job_id, action"
                )
                    == """
                    hold|1|wrong logo
                    release|1|wrong logo
                    cancel|2|wrong logo
                    hold|2|wrong logo
                    cancel|3|wrong logo
                    """)
        }
    }

    @Test("A letter that waits for another attempt is tried now; one for later keeps its time")
    func retried() async throws {
        try await withInstallation { site in
            let ids = try await site.reserve("ann@example.org", "bea@example.org")
            try await site.sql(
                "UPDATE holdfast.job SET run_at = now() + interval '1 hour', claim_no = CASE id WHEN 1 THEN 1 ELSE 0 END"
            )
            let result = try await site.run(["retry", "1", "2", "--yes", "--reason", "the relay is up"])
            #expect(
                result.status == 1
                    && result.words.contains("about reservation \(ids[1]): it was not tried yet"))
            #expect(result.errors == "holdfast: it was not done to 1 of 2 letters\n")
            #expect(try await site.sql(Self.states) == "1 ready now\n2 ready later")
            // All that it fits: what is for later is not meant.
            try await site.sql("UPDATE holdfast.job SET run_at = now() + interval '1 hour'")
            try await site.must(["retry", "--state", "ready", "--yes", "--reason", "the relay is up"])
            #expect(try await site.sql(Self.states) == "1 ready now\n2 ready later")
        }
    }

    @Test("What is let go while its kind is stopped says what it waits for; what is held or called off does not")
    func stopped() async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org")
            try await site.must(["pause", "--kind", "reservation.confirm", "--reason", "wrong logo"])
            func act(_ action: String) async throws -> String {
                try await site.must([action, "1", "--yes", "--reason", "asked"]).words
            }
            let words = "letters of kind reservation.confirm are stopped: they wait until 'holdfast resume'"
            #expect(try await !act("hold").contains(words))
            #expect(try await act("release").hasSuffix("\(words) 1 letter released"))
            #expect(try await !act("cancel").contains(words))
        }
    }

    @Test("A letter that may have arrived is released only with a decision", arguments: ["send", "drop"])
    func inDoubt(_ decision: String) async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org")
            try await site.sql("UPDATE holdfast.job SET state = 'held', run_at = 'infinity', in_doubt_at = now()")
            let release = ["release", "1", "--yes", "--reason", "asked the client"]
            let undecided = try await site.run(release)
            #expect(undecided.status == 1 && undecided.words.contains("say --in-doubt send or --in-doubt drop"))
            try await site.must(release + ["--in-doubt", decision])
            #expect(try await site.sql(Self.states) == (decision == "send" ? "1 ready now" : ""))
            #expect(try await site.sql("SELECT outcome FROM holdfast.history") == (decision == "send" ? "" : "unknown"))
        }
    }

    @Test("By kind and state, many at a time: all that fits, and a worker's letters are left alone")
    func filtered() async throws {
        try await withInstallation { site in
            try await site.reserve((1...40).map { "visitor.\($0)@example.org" })
            try await site.sql("UPDATE holdfast.job SET state = 'running' WHERE id = 7")
            let all = ["--kind", "reservation.confirm", "--reason", "wrong logo", "--json"]
            let before = try await site.everything()
            let many = try await site.run(["hold", "--yes", "--limit", "38"] + all)
            #expect(many.status == 1 && many.errors.hasPrefix("holdfast: 39 letters match, more than 38: narrow it"))
            let dry = try await site.run(["hold", "--dry-run"] + all)
            let plan = try dry.json(OwedAnswer.self)
            #expect(dry.errors == "holdfast: it cannot be done to 1 of 40 letters\n")
            #expect(dry.status == 1 && plan.isDryRun && plan.plan == ["done": 39, "running": 1])
            #expect(try await site.everything() == before)
            let held = try await site.run(["hold", "--yes"] + all)
            let answer = try held.json(OwedAnswer.self)
            #expect(held.errors.hasPrefix("request id "))
            #expect(held.errors.hasSuffix("\nholdfast: it was not done to 1 of 40 letters\n"))
            #expect(held.status == 1 && answer.letters.count == 39 && answer.letters.allSatisfy { $0.answer == "done" })
            try await site.sql("UPDATE holdfast.job SET state = 'ready' WHERE id = 7")
            // The others are held already: nothing is wrong with that.
            #expect(try await site.must(["hold", "--yes"] + all).json(OwedAnswer.self).letters.map(\.job) == [7])
            let nothing = try await site.run(["hold", "--yes"] + all)
            #expect(nothing.status == 1 && nothing.errors.contains("none of 40 letters that matched needs it"))
            let text = try await site.must(["cancel", "--state", "held", "--yes", "--reason", "never mind"])
            #expect(text.words.hasSuffix("plan: cancel 40 of 40 letters 40 letters called off"))
            #expect(try await site.count("holdfast.job") == 0)
            #expect(try await site.run(["cancel", "--state", "held", "--yes", "--reason", "r"]).status == 1)
        }
    }

    @Test("The plan of a filter names the letters: which are held, about what, and what each of them needs")
    func whichOnes() async throws {
        try await withInstallation { site in
            let ids = try await site.reserve("ann@example.org", "bea@example.org", "cho@example.org")
            try await site.must(["hold", "1", "--yes", "--reason", "r"])
            try await site.sql(
                "UPDATE holdfast.job SET state = 'held', run_at = 'infinity', in_doubt_at = now() WHERE id = 2")
            let before = try await site.everything()
            let dry = ["release", "--state", "held", "--dry-run"]
            let page = try await site.run(dry)
            #expect(
                page.words
                    == "job 1 reservation.confirm to the invitee, about reservation \(ids[0]): can be done "
                    + "job 2 reservation.confirm to the invitee, about reservation \(ids[1]): it is held, and an earlier "
                    + "attempt may have arrived: say --in-doubt send or --in-doubt drop plan: release 1 of 2 letters")
            #expect(page.status == 1 && page.errors == "holdfast: it cannot be done to 1 of 2 letters\n")
            let letters = try await site.run(dry + ["--json"]).json(OwedAnswer.self).letters
            #expect(letters.map(\.job) == [1, 2] && letters.map(\.subject) == [ids[0], ids[1]])
            #expect(letters.map(\.answer) == ["done", "inDoubt"] && letters[1].sentence.contains("--in-doubt send"))
            #expect(try await site.everything() == before)
        }
    }

    @Test(
        "Of many letters a plan shows people twenty that it fits and twenty others, and programs as many as --limit says"
    )
    func manyPlanned() async throws {
        try await withInstallation { site in
            try await site.reserve((1...45).map { "visitor.\($0)@example.org" })
            try await site.sql(
                """
                UPDATE holdfast.job SET state = 'held', due_before_hold = run_at, run_at = 'infinity' WHERE id <= 22;
                UPDATE holdfast.job SET state = 'running' WHERE id = 45
                """)
            let hold = ["hold", "--kind", "reservation.confirm", "--dry-run"]
            let page = try await site.run(hold).words
            #expect(page.ranges(of: ": can be done").count == 20 && page.contains("and 2 more can be done"), "\(page)")
            // What stands in the way comes before what needs nothing.
            #expect(page.contains("job 45 ") && page.ranges(of: ": it is held: let it go").count == 20)
            #expect(page.contains(" job 19 ") && !page.contains(" job 20 "))
            #expect(page.contains("and 3 more: it is held: let it go with 'holdfast release'"))
            let all = try await site.run(hold + ["--json"]).json(OwedAnswer.self)
            #expect(all.plan == ["done": 22, "held": 22, "running": 1])
            #expect(all.letters.map(\.job).sorted() == Array(1...45))
            let few = try await site.run(hold + ["--json", "--limit", "30"]).json(OwedAnswer.self)
            #expect(few.plan == all.plan && few.letters.count == 30)
            #expect(few.letters.count { $0.answer == "done" } == 22)
        }
    }

    @Test("Asked for twice under one request it is done once")
    func repeated() async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org")
            let hold = ["hold", "1", "--yes", "--reason", "r", "--request-id", "h-1", "--json"]
            #expect(try await site.must(hold).json(OwedAnswer.self).letters.map(\.answer) == ["done"])
            try await site.must(["release", "1", "--yes", "--reason", "r"])
            let again = try await site.must(hold).json(OwedAnswer.self)
            #expect(again.letters.map(\.answer) == ["doneBefore"] && again.isComplete && again.requestID == "h-1")
            #expect(try await site.sql(Self.states) == "1 ready now")
        }
    }

    @Test("Unknown and settled letters, wrong usage, no such kind, nobody to ask: each its sentence and code")
    func refusals() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(1)
            let reason = ["--reason", "r"]
            for command in ["retry", "hold", "release", "cancel"] {
                let gone = try await site.run([command, "\(jobs[0])", "4711", "--yes"] + reason)
                #expect(gone.status == 1 && gone.words.contains("it is not owed any more"))
                #expect(gone.words.contains("job 4711: there is no such job"))
                #expect(try await site.run([command, "--yes"] + reason).status == 64)
                #expect(
                    try await site.run([command, "1", "--kind", "reservation.confirm", "--yes"] + reason).status == 64)
                #expect(try await site.run([command, "1", "--yes"]).status == 64)
                #expect(try await site.run([command, "one", "--yes"] + reason).status == 64)
                #expect(try await site.run([command, "--state", "running", "--yes"] + reason).status == 64)
                #expect(
                    try await site.run([command, "--kind", "reservation.confirmed", "--yes"] + reason).status == 65)
            }
            try await site.reserve("ann@example.org")
            let unasked = try await site.run(["hold", "--state", "ready"] + reason)
            #expect(unasked.status == 64 && unasked.errors.contains("say --yes"))
            #expect(try await site.count("holdfast.audit WHERE job_id IS NOT NULL") == 0)
        }
    }

    @Test("At a terminal it asks first: no changes nothing")
    func asked() async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org")
            let cancel = ["cancel", "1", "--reason", "r"]
            let no = try await site.runInTerminal(cancel, steps: [.see("Call off 1 letter? [y/N]"), .type("\r")])
            #expect(no.status == 1 && no.screen.contains("nothing was changed"))
            #expect(try await site.count("holdfast.job") == 1)
            let yes = try await site.runInTerminal(cancel, steps: [.see("[y/N]"), .type("yes\r")])
            #expect(yes.status == 0 && yes.screen.contains("1 letter called off"))
            #expect(try await site.count("holdfast.job") == 0)
        }
    }

    @Test(
        "A plan of named letters keeps none of them from others while it waits for the next", arguments: [true, false])
    func nothingLocked(isDry: Bool) async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org", "bea@example.org")
            let before = try await site.everything()
            let held = try await site.holding("SELECT FROM holdfast.job WHERE id = 2 FOR UPDATE")
            let command = try await site.start(
                ["cancel", "1", "2", "--reason", "r"] + (isDry ? ["--dry-run"] : ["--yes", "--json"]))
            try await site.waiting(1)
            // Somebody books: this would wait, and could end in a deadlock.
            #expect(try await site.sql("SELECT id FROM holdfast.job WHERE id = 1 FOR UPDATE NOWAIT") == "1")
            try held.end()
            try await command.end()
            #expect(try await (site.everything() == before) == isDry)
        }
    }

    @Test("What comes after the plan was told is left alone")
    func plannedOnly() async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org", "bea@example.org")
            let held = try await site.holding("SELECT FROM holdfast.job WHERE id = 1 FOR UPDATE")
            let command = try await site.start(["cancel", "--state", "ready", "--yes", "--reason", "r"])
            try await site.waiting(1)
            try await site.reserve("cho@example.org")
            try held.end()
            let result = try await command.end()
            #expect(result.status == 0 && result.words.hasSuffix("2 letters called off"), "\(result.errors)")
            #expect(try await site.sql(Self.states) == "3 ready now")
        }
    }

    @Test("In a schema somebody has damaged: exit 70, what is missing, and nothing is done")
    func damaged() async throws {
        try await withInstallation { site in
            try await site.reserve("ann@example.org")
            try await site.sql("DROP FUNCTION holdfast.change_owed")
            let before = try await site.everything()
            let result = try await site.run(["hold", "1", "--yes", "--reason", "r"])
            #expect(result.status == 70 && result.errors.contains("function holdfast.change_owed"), "\(result.errors)")
            #expect(result.output.isEmpty && !result.errors.contains("ann@"))
            #expect(try await site.everything() == before)
        }
    }

    @Test("Two operators at once: each letter is called off once")
    func twoOperators() async throws {
        try await withInstallation { site in
            try await site.reserve((1...30).map { "visitor.\($0)@example.org" })
            let held = try await site.holding("SELECT FROM holdfast.job WHERE id = 1 FOR UPDATE")
            var commands: [HoldfastProcess] = []
            for name in ["one", "two"] {
                commands.append(
                    try await site.start(["cancel", "--state", "ready", "--yes", "--reason", name, "--json"]))
            }
            try await site.waiting(2)
            try held.end()
            var done: [Int] = []
            for command in commands {
                let result = try await command.end()
                let answer = try result.json(OwedAnswer.self)
                #expect(answer.plan == ["done": 30])
                done.append(answer.letters.count { $0.answer == "done" })
                #expect(result.status == (answer.isComplete ? 0 : 1) && answer.isComplete == (done.last == 30))
            }
            #expect(done.reduce(0, +) == 30)
            #expect(try await site.count("holdfast.history WHERE outcome = 'cancelled'") == 30)
            #expect(try await site.count("holdfast.audit WHERE action = 'cancel'") == 30)
        }
    }
}
