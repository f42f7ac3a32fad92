package import Foundation

/// What a finished command left behind.
package struct CommandResult: Sendable {
    /// The exit status; for a command ended by a signal, 128 + the signal's number, as a shell says it.
    package let status: Int32
    /// Everything it wrote to standard output.
    package let stdout: Data
    /// Everything it wrote to standard error.
    package let stderr: Data

    /// Standard output as text.
    package var output: String { String(decoding: stdout, as: UTF8.self) }
    /// Standard error as text.
    package var errors: String { String(decoding: stderr, as: UTF8.self) }
}

/// A test needs something this machine or call does not provide; the sentence says what to do.
package struct TestSupportError: Error, CustomStringConvertible {
    /// What is wrong, and the way out.
    package let description: String

    /// Wraps a sentence.
    package init(_ description: String) {
        self.description = description
    }
}

/// Runs a command to its end.
///
/// Input and output go through unlinked temporary files, so no pipe can fill up and no reader is needed. Cancelling
/// the task sends the command SIGTERM.
/// - Parameters:
///   - executable: a path, or a name looked up in `PATH`.
///   - arguments: passed as they are, without a shell.
///   - environment: replaces the inherited environment; nil inherits it.
///   - stdin: what the command reads; empty by default.
/// - Throws: `TestSupportError` when the command cannot be started.
package func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil, stdin: Data = Data()
) async throws -> CommandResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try findExecutable(executable))
    process.arguments = arguments
    if let environment { process.environment = environment }
    let (input, output, errors) = (try scratchFile(), try scratchFile(), try scratchFile())
    try input.write(contentsOf: stdin)
    try input.seek(toOffset: 0)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    // Not left to deallocation: Foundation holds on to a process, and a test runs hundreds.
    defer { for file in [input, output, errors] { try? file.close() } }
    let status = try await finish(process)
    return CommandResult(status: status, stdout: try contents(of: output), stderr: try contents(of: errors))
}

/// The path of a command: the argument itself when it is a path, else the first match in `PATH`.
package func findExecutable(_ name: String) throws -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let candidates = name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
        throw TestSupportError("the command \(name) is not installed; deploy/test installs what the tests need")
    }
    return found
}

private func finish(_ process: Process) async throws -> Int32 {
    try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { process in
                let bySignal = process.terminationReason == .uncaughtSignal
                continuation.resume(returning: process.terminationStatus + (bySignal ? 128 : 0))
            }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    } onCancel: {
        if process.isRunning { process.terminate() }
    }
}

private func scratchFile() throws -> FileHandle {
    var path = Array("\(NSTemporaryDirectory())/holdfast-command-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw TestSupportError("no temporary file can be made (errno \(errno))") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(path)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
}

private func contents(of file: FileHandle) throws -> Data {
    try file.seek(toOffset: 0)
    return try file.readToEnd() ?? Data()
}
