import Foundation
import Testing

/// Runs the scripts of `Python/` with the interpreter of `TEST_PYTHON`, or python3 from the PATH.
enum Python {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    static var interpreter: String {
        ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "python3"
    }

    /// Runs a script to its end; its standard input is a file, so that neither side can block the other.
    static func run(_ script: String, _ arguments: [String] = [], input: String) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("links-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
        try Data(input.utf8).write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, fileBesideTests("Python/\(script)").path] + arguments
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
            errors: try String(contentsOf: files[2], encoding: .utf8))
    }
}

/// One question to `pyseto_peer.py`, which answers through an independent implementation of PASETO.
struct PeerRequest: Encodable {
    var action: String
    var key: String
    var token: String?
    var payload: String?
    var footer: String?
    var assertion: String

    static func decode(_ token: String, paserk: String, assertion: String) -> PeerRequest {
        PeerRequest(action: "decode", key: paserk, token: token, assertion: assertion)
    }
}

struct PeerAnswer: Decodable, Equatable {
    var token: String?
    var payload: String?
    var footer: String?
    var error: String?

    static func ask(_ requests: [PeerRequest]) throws -> [PeerAnswer] {
        let input = String(decoding: try JSONEncoder().encode(requests), as: UTF8.self)
        let result = try Python.run("pyseto_peer.py", input: input)
        try #require(
            result.status == 0,
            """
            \(Python.interpreter) could not run pyseto_peer.py; `pip install pyseto` for it, or name an \
            interpreter that has pyseto in TEST_PYTHON. It said: \(result.errors)
            """)
        return try JSONDecoder().decode([PeerAnswer].self, from: Data(result.output.utf8))
    }
}
