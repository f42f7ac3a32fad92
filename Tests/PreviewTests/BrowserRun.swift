import Foundation
import TestSupport
import Testing

/// One run of a script of `Python/` over the built program's gallery, in a folder that goes with it.
struct BrowserRun {
    /// A gallery that is served until this value is gone.
    struct Served {
        let process: HoldfastProcess
        let address: String
        let templates: URL
        let maildir: URL
    }

    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Whether the browser's stage runs.
    static var isAsked: Bool { environment["TEST_BROWSER"] != nil }

    let folder: URL
    /// The path of Chromium.
    let browser: String

    /// Runs a test in a folder of its own.
    static func inFolder(_ body: (BrowserRun) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-browser-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(BrowserRun(folder: folder, browser: try findExecutable(try setting("TEST_BROWSER"))))
    }

    /// What the stage has set up.
    static func setting(_ name: String) throws -> String {
        guard let value = environment[name] else {
            throw TestSupportError("\(name) is not set: run these tests through deploy/test --full")
        }
        return value
    }

    /// Writes the whole gallery as files and returns their folder.
    func export(_ settings: [String: String] = [:]) async throws -> String {
        let files = folder.appending(path: "export").path
        let process = try await HoldfastProcess(
            ["preview", "--templates", Self.templates.path, "--out", files], settings, in: folder)
        let result = try await process.end(within: 300)
        try #require(result.status == 0, "\(result.errors)")
        return files
    }

    /// Serves a copy of the templates, which the test may change, beside what they are now, and an empty inbox; tests go
    /// through a relay, to one address.
    func serve(through relay: SMTPServer) async throws -> Served {
        let settings = [
            "HOLDFAST_SMTP_URL": "smtp://127.0.0.1:\(relay.port)", "HOLDFAST_ONLY_TO": "me@example.org",
            "HOLDFAST_FROM": "Harbour Practice <bookings@example.org>",
        ]
        let baseline = try await export(settings)
        let templates = folder.appending(path: "templates")
        let maildir = folder.appending(path: "inbox")
        try FileManager.default.copyItem(at: Self.templates, to: templates)
        for part in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(
                at: maildir.appending(path: part), withIntermediateDirectories: true)
        }
        let process = try await HoldfastProcess(
            [
                "preview", "--templates", templates.path, "--maildir", maildir.path, "--baseline", baseline, "--listen",
                "127.0.0.1:0", "--no-open",
            ], settings, in: folder)
        try await eventually("the gallery was served") {
            guard process.isRunning else { throw TestSupportError("holdfast ended: \(process.log)") }
            return process.output.contains("\n")
        }
        let address = String(process.output.prefix { !$0.isNewline })
        return Served(process: process, address: address, templates: templates, maildir: maildir)
    }

    /// Runs a script to its end, prints what it says, and takes its complaints for failures.
    func judge(_ script: String, _ arguments: [String]) async throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python/\(script)").path
        let environment = Self.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        let result = try await run(try Self.setting("TEST_PYTHON"), [path] + arguments, environment: environment)
        print(result.output, terminator: "")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    }

    private static var templates: URL { TestInstallation.repository.appending(path: "Templates") }
}
