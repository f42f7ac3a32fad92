import TestSupport
import Testing

/// Many letters changed by one command that is ended in the middle of one.
@Suite struct EndedAtOnceTests {
    /// The third letter's commit waits for a lock that the test has.
    private static let slowThird = """
        CREATE FUNCTION slow_third() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF (SELECT count(*) FROM holdfast.audit WHERE request_id = NEW.request_id) > 2 THEN
            PERFORM pg_advisory_xact_lock(6);
          END IF;
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER slow_third AFTER INSERT ON holdfast.audit DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION slow_third()
        """
    private static let lastWords = """
        request id twice: with it, the same command goes on where it was
        stopping after the letter under way; Ctrl-C again ends at once
        ended at once, in the middle of what was under way
        """

    @Test(
        "The second Ctrl-C: exit 130, whole lines, no letter half recorded; the same command does the rest",
        arguments: [
            (["resend", "--failed", "--since", "2h", "--rate", "4"], "holdfast.job"),
            (["hold", "--state", "ready"], "holdfast.job WHERE state = 'held'"),
        ])
    func second(_ words: [String], _ changed: String) async throws {
        try await withInstallation { site in
            let command = words + ["--yes", "--reason", "r", "--request-id", "twice"]
            if words[0] == "resend" {
                try await site.failLetters(6)
            } else {
                try await site.reserve((1...6).map { "visitor.\($0)@example.org" })
            }
            try await site.sql(Self.slowThird)
            let held = try await site.holding("SELECT pg_advisory_xact_lock(6)")
            // So narrow that the bar fills the line, into which the terminal writes ^C.
            let session = try site.terminal(
                command, columns: 50,
                steps: [.hear("third"), .see("of 6 letters"), .type("\u{3}"), .see("stopping after"), .type("\u{3}")])
            async let run = session.run()
            try await site.waiting(1)
            try site.tell("third")
            let result = try await run
            #expect(result.status == 130 && result.isRestored)
            #expect(result.screen.filter(\.isLetter).hasSuffix(Self.lastWords.filter(\.isLetter)), "\(result.screen)")
            #expect(!result.screen.contains("[#") && !result.screen.contains("[.") && !result.screen.contains("^"))
            #expect(try await done(site, changed) == [2, 2])

            try held.end()
            let sessions = "pg_stat_activity WHERE datname = current_database() AND application_name = 'holdfast'"
            try await eventually("the server had done with it") { try await site.count(sessions) == 0 }
            #expect(try await [[2, 2], [3, 3]].contains(done(site, changed)))
            try await site.must(command)
            #expect(try await done(site, changed) == [6, 6])
        }
    }

    /// How many letters are changed, and how many changes are on record.
    private func done(_ site: TestInstallation, _ changed: String) async throws -> [Int] {
        [try await site.count(changed), try await site.count("holdfast.audit WHERE request_id = 'twice'")]
    }
}
