import Foundation

/// The health and metrics of a running worker, asked for over HTTP as its keepers do.
package struct Monitor: Sendable {
    /// An answer.
    package struct Answer: Decodable, Sendable {
        /// The status code.
        package let status: Int
        /// The header fields by name in lower case.
        package let headers: [String: String]
        /// The body.
        package let body: String
    }

    /// What `/readyz` says.
    package struct Health: Decodable, Sendable {
        /// One thing that is wrong.
        package struct Problem: Decodable, Sendable {
            /// Its code.
            package let problem: String
            /// `failing` or `degraded`.
            package let severity: String
            /// How long it has been so.
            package let seconds: Int?
            /// Its sentence.
            package let detail: String
        }

        /// The judgement in a word.
        package let status: String
        /// Everything that is wrong.
        package let problems: [Problem]

        /// The codes of everything that is wrong.
        package var codes: Set<String> { Set(problems.map(\.problem)) }
    }

    /// Where it is served.
    package let port: Int

    /// Asks for a page.
    package func exchange(_ method: String, _ path: String) async throws -> Answer {
        try await PythonTool.ask("http_exchange.py", [method, "127.0.0.1", "\(port)", path])
    }

    /// Asks for the worker's health.
    package func health() async throws -> Health {
        try JSONDecoder().decode(Health.self, from: Data(try await exchange("GET", "/readyz").body.utf8))
    }

    /// Waits until health satisfies a condition; what it was last is part of the complaint.
    package func health(
        _ what: String, within seconds: Double = 90, _ holds: (Health) throws -> Bool
    ) async throws {
        var last: Health?
        do {
            try await eventually(what, within: seconds) {
                let health = try await health()
                last = health
                return try holds(health)
            }
        } catch let error as TestSupportError {
            throw TestSupportError("\(error); health was \(String(describing: last))")
        }
    }

    /// Asks for the metrics, read by Prometheus's own client, by sample name and then labels.
    package func metrics() async throws -> [String: [[String: String]: Double]] {
        let families = try await ReadMetrics.parse(try await exchange("GET", "/metrics").body)
        let samples = families.flatMap(\.samples)
        return Dictionary(grouping: samples, by: \.name).mapValues { samples in
            Dictionary(samples.map { ($0.labels, $0.number) }) { first, _ in first }
        }
    }
}

extension TestInstallation {
    /// Starts a worker that serves its health and metrics, and returns once it listens and serves.
    package func startMonitoredWorker() async throws -> (HoldfastProcess, Monitor) {
        let worker = try await startWorker(["HOLDFAST_HTTP_LISTEN": "127.0.0.1:0"])
        return (worker, try worker.monitor)
    }
}

extension HoldfastProcess {
    /// Where its log says that it serves its health.
    package var monitor: Monitor {
        get throws {
            guard
                let port = log.firstMatch(of: /are served.+listen"?[=:]"?127\.0\.0\.1:([0-9]+)/).flatMap({ Int($0.1) })
            else { throw TestSupportError("the worker's log names no port of its health:\n\(log)") }
            return Monitor(port: port)
        }
    }
}
