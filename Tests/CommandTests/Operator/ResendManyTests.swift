import Foundation
import TestSupport
import Testing

@Suite("holdfast resend, many at a time")
struct ResendManyTests {
    private static let all = ["resend", "--failed", "--since", "2h", "--yes", "--reason", "r", "--request-id", "many"]

    @Test("Ctrl-C stops between two letters and says what was done; the same request sends the rest, each once")
    func interrupted() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(10)
            let command = try await site.start(Self.all + ["--rate", "2", "--json"])
            try await command.logs("2 of 10 letters")
            command.signal(SIGINT)
            let result = try await command.end()
            let stopped = try result.json(ResendAnswer.self)
            let sent = stopped.letters.count { $0.result == "sent" }
            #expect(result.status == 1 && stopped.isInterrupted && !stopped.isComplete && (2..<10).contains(sent))
            #expect(
                result.errors.contains("stopped with \(10 - sent) not begun: the same command with --request-id many"))
            #expect(try await site.count("holdfast.job") == sent)
            #expect(try await site.count("holdfast.audit WHERE action = 'resend'") == sent)
            try await goesOn(site, jobs)
        }
    }

    @Test("SIGTERM stops it as well, in the middle of a long pause")
    func terminated() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(5)
            let command = try await site.start(Self.all + ["--rate", "0.01"])
            try await command.logs("1 of 5 letters")
            command.signal(SIGTERM)
            let result = try await command.end()
            #expect(result.status == 1 && result.words.hasSuffix("1 letter owed again, 0 refused, 4 not begun"))
            try await goesOn(site, jobs)
        }
    }

    @Test("The database goes half-way: a clear sentence, nothing half recorded, and the same request goes on")
    func databaseGone() async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(10)
            let command = try await site.start(Self.all + ["--rate", "2"])
            try await command.logs("2 of 10 letters")
            try await site.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'holdfast'
                """)
            let result = try await command.end()
            #expect([69, 75].contains(result.status), "\(result.errors)")
            #expect(
                result.errors.contains(
                    "the same command with --request-id many goes on where it was, and does nothing twice"))
            #expect(result.words.contains("not begun"))
            let sent = try await site.count("holdfast.job")
            #expect((2..<10).contains(sent))
            #expect(try await site.count("holdfast.audit WHERE action = 'resend'") == sent)
            try await goesOn(site, jobs)
        }
    }

    @Test("Two operators at once: each letter leaves once, and who came second is told why", arguments: [false, true])
    func twoOperators(sameRequest: Bool) async throws {
        try await withInstallation { site in
            try await site.failLetters(20)
            let held = try await site.holding("SELECT FROM booking.reservation FOR UPDATE")
            var commands: [HoldfastProcess] = []
            for name in ["one", sameRequest ? "one" : "two"] {
                let arguments = ["--request-id", name, "--json", "--rate", "1000"]
                commands.append(
                    try await site.start(
                        ["resend", "--failed", "--since", "2h", "--yes", "--reason", "r"] + arguments))
            }
            try await site.waiting(2)
            try held.end()
            var results: [ResendAnswer.Letter] = []
            for command in commands {
                let result = try await command.end()
                let answer = try result.json(ResendAnswer.self)
                #expect(result.status == (answer.isComplete ? 0 : 1))
                #expect(answer.letters.count == 20)
                results += answer.letters
            }
            #expect(results.count { $0.result == "sent" } == 20)
            #expect(results.count { $0.result == (sameRequest ? "done" : "refused") } == 20)
            #expect(try await site.count("holdfast.job") == 20)
            #expect(try await site.count("holdfast.audit WHERE action = 'resend'") == 20)
        }
    }

    @Test(
        "A letter that a rule of the database forbids, when it is planned or only at its end, is refused; the others leave",
        arguments: [("BK099", "NOT DEFERRABLE"), ("HF099", "DEFERRABLE INITIALLY DEFERRED")])
    func forbidden(_ state: String, _ moment: String) async throws {
        try await withInstallation { site in
            let jobs = try await site.failLetters(4)
            try await site.sql(
                """
                CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'holdfast: not this one' USING ERRCODE = '\(state)'; END $$;
                CREATE CONSTRAINT TRIGGER forbid AFTER INSERT ON holdfast.audit \(moment)
                FOR EACH ROW WHEN (NEW.detail ->> 'origin' = '\(jobs[1])') EXECUTE FUNCTION forbid()
                """)
            let result = try await site.run(Self.all + ["--rate", "1000", "--json"])
            let letters = try result.json(ResendAnswer.self).letters
            #expect(result.status == 1 && result.errors.hasSuffix("holdfast: 1 of 4 letters refused\n"))
            #expect(letters.map(\.result) == ["sent", "refused", "sent", "sent"])
            #expect(letters[1].refusal == "the database forbids it (SQLSTATE \(state)): its log says why")
            #expect(try await site.count("holdfast.job") == 3)
            #expect(try await site.count("holdfast.audit WHERE action = 'resend'") == 3)
        }
    }

    @Test("In a terminal a bar shows how far it is, and nothing of it stays")
    func bar() async throws {
        try await withInstallation { site in
            try await site.failLetters(6)
            let run = try await site.runInTerminal(
                Self.all + ["--rate", "4"], steps: [.see("of 6 letters"), .see("left")])
            #expect(run.status == 0)
            #expect(run.screen.contains("6 letters owed again, 0 refused"))
            #expect(!run.screen.contains("of 6 letters,"))
        }
    }

    /// The same command sends what is left, and nothing twice.
    private func goesOn(_ site: TestInstallation, _ jobs: [Int]) async throws {
        let rest = try await site.must(Self.all + ["--rate", "1000", "--json"]).json(ResendAnswer.self)
        #expect(rest.isComplete && rest.letters.map(\.job) == jobs)
        #expect(try await site.count("holdfast.job") == jobs.count)
        #expect(try await site.sql("SELECT count(DISTINCT subject_id) FROM holdfast.job") == "\(jobs.count)")
        #expect(try await site.count("holdfast.audit WHERE request_id = 'many'") == jobs.count)
    }
}
