import Foundation

/// What `deploy/bench` asks for.
struct Plan {
    let databaseURL: String
    let sink: String
    let source: String
    let letters: Int
    let runs: Int
    let sessions: Int
    let rivalSessions = 8
    /// The program that is measured, built beside this one.
    let holdfast: String
    let templates: String

    init(environment: [String: String]) throws {
        func value(_ name: String) throws -> String {
            guard let value = environment[name] else { throw BenchError("\(name) is not set: run deploy/bench") }
            return value
        }
        databaseURL = try value("BENCH_DATABASE_URL")
        sink = try value("BENCH_SMTP_SINK")
        source = try value("BENCH_SMTP_SOURCE")
        letters = Int(environment["BENCH_LETTERS"] ?? "") ?? 20_000
        runs = Int(environment["BENCH_RUNS"] ?? "") ?? 5
        sessions = Int(environment["BENCH_SESSIONS"] ?? "") ?? 8
        holdfast =
            URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
                "holdfast"
            ).path
        templates = environment["BENCH_TEMPLATES"] ?? "Templates"
    }
}

/// Why nothing was measured.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
