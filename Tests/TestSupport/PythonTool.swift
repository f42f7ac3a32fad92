import Foundation

/// The scripts of `Python/`, run with the interpreter of `TEST_PYTHON`.
enum PythonTool {
    static var interpreter: URL {
        URL(fileURLWithPath: ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "/usr/bin/python3")
    }

    static func path(_ script: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Python/\(script)").path
    }

    /// Runs a script to its end and reads the JSON it prints.
    static func ask<Answer: Decodable>(
        _ script: String, _ arguments: [String] = [], stdin: Data = Data(), as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let result = try await run(interpreter.path, [path(script)] + arguments, stdin: stdin)
        guard result.status == 0 else { throw TestSupportError("\(script) failed: \(result.errors)") }
        return try JSONDecoder().decode(Answer.self, from: result.stdout)
    }
}
