import Foundation

/// A metric family as Prometheus's own client reads it.
package struct ReadMetrics: Decodable, Sendable {
    /// One sample.
    package struct Sample: Decodable, Sendable {
        /// The name on its line.
        package let name: String
        /// Its labels, unescaped.
        package let labels: [String: String]
        private let value: String

        /// Its number.
        package var number: Double { Double(value) ?? .nan }
    }

    /// The family's name; a counter's goes without `_total`.
    package let name: String
    /// What its `# TYPE` line says.
    package let type: String
    /// What its `# HELP` line says.
    package let help: String
    /// Its samples, in their order.
    package let samples: [Sample]

    /// Reads Prometheus text.
    /// - Throws: `TestSupportError` when the client's parser refuses it.
    package static func parse(_ text: String) async throws -> [ReadMetrics] {
        try await PythonTool.ask("read_metrics.py", stdin: Data(text.utf8))
    }
}
