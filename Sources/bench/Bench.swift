import Foundation
import Postgres

/// Measures the whole pipeline (claim, facts, links, letter, relay, settle) against Postfix's `smtp-source`, which only
/// talks SMTP: the same number of messages of the same size, to the same `smtp-sink`, in turn, in one run.
@main
struct Bench {
    static func main() async {
        do {
            let plan = try Plan(environment: ProcessInfo.processInfo.environment)
            try await Bench(plan: plan).run()
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    let plan: Plan

    func run() async throws {
        let sink = try Sink(plan.sink)
        defer { sink.stop() }
        let backlog = try await Backlog(plan: plan, relayPort: sink.port)
        let size = try await backlog.letterSize()
        print(
            "\(plan.letters) letters of \(size) bytes, \(plan.runs) runs, \(plan.sessions) sessions against "
                + "smtp-source -s \(plan.rivalSessions)"
        )
        var ratios: [Double] = []
        for number in 1...plan.runs {
            let rival = try await rate { try Child.run(plan.source, rivalArguments(size, sink.port)) }
            try await backlog.fill()
            let ours = try await rate { try backlog.drain() }
            try await backlog.check()
            ratios.append(ours / rival)
            print(
                "run \(number): smtp-source \(whole(rival))/s, holdfast \(whole(ours))/s, ratio "
                    + "\(hundredths(ours / rival))"
            )
        }
        print("median ratio \(hundredths(ratios.sorted()[ratios.count / 2]))")
    }

    /// `-d`: one connection carries many messages, as our sessions do.
    private func rivalArguments(_ size: Int, _ port: Int) -> [String] {
        [
            "-d", "-s", "\(plan.rivalSessions)", "-m", "\(plan.letters)", "-l", "\(size)", "-f", "bookings@example.org",
            "-t",
            "client@example.org", "127.0.0.1:\(port)",
        ]
    }

    /// Letters a second over the whole life of the process that sends them.
    private func rate(_ send: () throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let time = try clock.measure(send)
        return Double(plan.letters) / (time / .seconds(1))
    }

    private func whole(_ number: Double) -> String { String(Int(number.rounded())) }

    private func hundredths(_ number: Double) -> String { String(format: "%.2f", number) }
}
