import FoundationEssentials
import Worker

/// A worker's health as `/readyz` tells it.
struct HealthAnswer: Encodable {
    /// One thing that is wrong.
    struct Problem: Encodable {
        let problem: String
        let severity: String
        /// How long it has been so; left out where nobody knows.
        let seconds: Int?
        let detail: String
    }

    let status: String
    let problems: [Problem]

    init(_ health: Health) {
        status = health.status.rawValue
        problems = health.problems.map { problem in
            Problem(
                problem: problem.code.rawValue, severity: problem.severity.rawValue,
                seconds: problem.lasted.map { Int($0 / .seconds(1)) }, detail: problem.detail)
        }
    }

    /// One line of JSON with sorted keys.
    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
