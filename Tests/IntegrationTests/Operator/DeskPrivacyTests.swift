import Foundation
import TestSupport
import Testing

/// What the desk is shown of letters whose relay quoted everything: nobody's name, address or link.
@Suite struct DeskPrivacyTests {
    @Test("Every command of the desk, for people and for programs, tells nothing private unless it is asked to")
    func commands() async throws {
        try await withCanaries(.text) { site in
            let server = try SMTPServer.scripted(.quoting)
            site.use(server)
            site.settings["HOLDFAST_SESSIONS"] = "1"
            for number in 1...12 { try await site.reserveCanary(number) }
            let worker = try await site.startWorker()
            try await site.hurryUntilSettled()
            worker.signal(SIGTERM)
            try await worker.end()
            try await server.catchUp()
            _ = try await site.requireCanaries(in: server)

            try await lookUp(site)
            try await act(site)
            for command in [["status"], ["doctor"], ["suppressions", "list"], ["poison", "list"]] {
                _ = try await both(command, site)
            }
            #expect(try await site.must(["suppressions", "list"]).output.contains("c…@example.org"))
            for format in ["csv", "ndjson"] {
                let history = try await site.must(["history", "export", "--since", "1h", "--format", format]).output
                #expect(history.contains("[address]") && history.contains("[link]"))
            }
        }
    }

    /// The story of every reader, and of one letter of each outcome.
    private func lookUp(_ site: TestInstallation) async throws {
        for number in 1...12 {
            for style in [[], ["--json"]] {
                let story = try await site.must(["find", "-"] + style, stdin: "canary.\(number)+tag@example.org\n")
                    .output
                #expect(story.contains("c…@example.org") && story.contains("[address]"), "\(story)")
            }
        }
        let jobs = try await site.sql("SELECT DISTINCT ON (outcome) job_id FROM holdfast.history ORDER BY outcome")
        #expect(jobs.split(separator: "\n").count == 4)
        for job in jobs.split(separator: "\n") { _ = try await both(["find", String(job)], site) }
        let id = try await site.sql("SELECT id FROM booking.reservation LIMIT 1")
        _ = try await both(["find", id], site)
    }

    /// Plans and deeds; which of them are refused is not the question here.
    private func act(_ site: TestInstallation) async throws {
        let why = ["--reason", "the client is on the phone"]
        let jobs = try await site.sql("SELECT DISTINCT job_id FROM holdfast.history WHERE final")
        for job in jobs.split(separator: "\n").map(String.init) {
            #expect(
                try await both(["resend", "--job", job, "--even-suppressed", "--dry-run"] + why, site).contains(job))
        }
        _ = try await both(["resend", "--failed", "--since", "1h", "--yes"] + why, site)
        try await site.reserveCanary(14)
        // How many a relay has refused depends on which letter met which of its answers.
        let owed = try await site.sql("SELECT count(*) FROM holdfast.job WHERE kind = 'reservation.confirm'")
        for command in ["hold", "release", "retry", "cancel"] {
            let answer = try await both([command, "--kind", "reservation.confirm", "--yes"] + why, site)
            #expect(answer.contains("\(owed) letter"), "\(answer)")
        }
    }

    /// What a command says to people; it is run for programs as well.
    private func both(_ command: [String], _ site: TestInstallation) async throws -> String {
        let results = [try await site.run(command), try await site.run(command + ["--json"])]
        #expect(results.allSatisfy { [0, 1].contains($0.status) }, "\(command): \(results)")
        return results[0].output
    }
}
