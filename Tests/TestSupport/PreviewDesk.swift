package import Foundation

/// A folder for one test of `holdfast preview`, which needs nothing else, and the processes that run in it.
///
/// Not thread-safe; each test owns its own.
package final class PreviewDesk {
    /// For this test's files; the commands run in it.
    package let folder: URL
    /// The settings of every command: none but where the templates are.
    package var settings = ["HOLDFAST_TEMPLATES": TestInstallation.repository.appendingPathComponent("Templates").path]
    private var processes: [HoldfastProcess] = []

    fileprivate init(_ folder: URL) { self.folder = folder }

    /// Runs `holdfast preview` with these arguments to its end.
    package func run(_ arguments: [String]) async throws -> CommandResult {
        try await HoldfastProcess(["preview"] + arguments, settings, in: folder).end(within: 300)
    }

    /// Starts `holdfast preview` on a free port, and returns once it listens.
    package func serve(_ arguments: [String] = []) async throws -> (HoldfastProcess, WebClient) {
        let process = try await HoldfastProcess(
            ["preview", "--listen", "127.0.0.1:0"] + arguments, settings, in: folder)
        processes.append(process)
        try await process.logs("Ctrl-C ends", within: 120)
        guard let port = process.output.firstMatch(of: /^http:\/\/127\.0\.0\.1:([0-9]+)\/\n/).flatMap({ Int($0.1) })
        else { throw TestSupportError("the preview printed no address but '\(process.output)'") }
        return (process, WebClient(port: port))
    }

    /// A copy of the templates that a test may change; used from now on.
    package func copyTemplates() throws -> URL {
        let copy = folder.appendingPathComponent("Templates")
        try FileManager.default.copyItem(
            at: TestInstallation.repository.appendingPathComponent("Templates"), to: copy)
        settings["HOLDFAST_TEMPLATES"] = copy.path
        return copy
    }

    fileprivate func close() async throws {
        for process in processes where process.isRunning {
            process.signal(SIGKILL)
            try await process.end()
        }
        let logs = processes.map(\.log)
        if let log = logs.first(where: { $0.contains("Fatal error") || $0.contains("Thread 0") }) {
            throw TestSupportError("a command crashed:\n\(log)")
        }
    }
}

/// So many previews at a time.
private let turnstile = Turnstile(places: 2)

/// Lends a test a folder; afterwards nothing of it is left, and nothing runs.
package func withPreviewDesk(_ body: (PreviewDesk) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("preview-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    await turnstile.enter()
    let desk = PreviewDesk(folder)
    let result: Result<Void, any Error>
    do { result = .success(try await body(desk)) } catch { result = .failure(error) }
    let end: Result<Void, any Error>
    do { end = .success(try await desk.close()) } catch { end = .failure(error) }
    await turnstile.leave()
    try result.get()
    try end.get()
}
