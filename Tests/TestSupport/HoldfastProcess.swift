package import Foundation

/// A running `holdfast`: the built program as a process of its own, killed when the test forgets it or ends.
///
/// Not thread-safe; each test owns its own.
package final class HoldfastProcess {
    /// The program that was built together with these tests, or the one that `TEST_HOLDFAST` names.
    package static var program: URL {
        get throws {
            if let named = ProcessInfo.processInfo.environment["TEST_HOLDFAST"] { return URL(filePath: named) }
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("holdfast")
            guard FileManager.default.isExecutableFile(atPath: program.path) else {
                throw TestSupportError(
                    "\(program.path) is not built; build everything with 'swift build --build-tests'")
            }
            return program
        }
    }

    private let process = Process()
    private let outputFile: URL
    private let errorsFile: URL

    /// Starts `holdfast` with these arguments and this environment and nothing inherited but `PATH`.
    package init(_ arguments: [String], _ environment: [String: String], stdin: Data = Data(), in folder: URL)
        async throws
    {
        let name = UUID().uuidString
        outputFile = folder.appendingPathComponent("\(name).out")
        errorsFile = folder.appendingPathComponent("\(name).err")
        let inputFile = folder.appendingPathComponent("\(name).in")
        try stdin.write(to: inputFile)
        for file in [outputFile, errorsFile] { try Data().write(to: file) }
        process.executableURL = try Self.program
        process.arguments = arguments
        process.environment = Self.inherited.merging(environment) { _, own in own }
        process.currentDirectoryURL = folder
        let handles = [
            try FileHandle(forReadingFrom: inputFile), try FileHandle(forWritingTo: outputFile),
            try FileHandle(forWritingTo: errorsFile),
        ]
        process.standardInput = handles[0]
        process.standardOutput = handles[1]
        process.standardError = handles[2]
        try await Launcher.shared.start(process)
        // Not left to deallocation: Foundation may hold on to a process, and its files with it.
        for handle in handles { try handle.close() }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// What the dynamic linker and the time zone database need.
    private static var inherited: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH", "TZDIR"].contains($0.key) }
    }

    /// Its process id; `setpriv`, which starts it, becomes it.
    package var processIdentifier: Int32 { process.processIdentifier }

    /// Whether it has not ended.
    package var isRunning: Bool { process.isRunning }

    /// Everything it has written to standard error so far.
    package var log: String { (try? String(contentsOf: errorsFile, encoding: .utf8)) ?? "" }

    /// Everything it has written to standard output so far.
    package var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// The processor time it has used so far, in seconds.
    ///
    /// Fields 14 and 15 of `/proc/PID/stat` (proc(5)), counted after the command's name, which may hold spaces.
    package var processorTime: Double {
        get throws {
            let stat = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
            let fields = stat.drop { $0 != ")" }.split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
                throw TestSupportError("/proc/PID/stat reads '\(stat)'")
            }
            return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// Sends it a signal.
    package func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Limits the size of the files it writes from now on, in bytes or `unlimited`: writes beyond fail as on a full disk.
    package func limitFileSize(_ limit: String) async throws {
        let result = try await TestSupport.run(
            "prlimit", ["--pid", "\(process.processIdentifier)", "--fsize=\(limit):"])
        guard result.status == 0 else { throw TestSupportError("prlimit: \(result.errors)") }
    }

    /// Waits for its end; kills it and throws when it takes longer than `seconds`.
    @discardableResult
    package func end(within seconds: Double = 60) async throws -> CommandResult {
        do {
            try await eventually("holdfast ended", within: seconds) { !process.isRunning }
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw TestSupportError("\(error); its log:\n\(log)")
        }
        let bySignal = process.terminationReason == .uncaughtSignal
        return CommandResult(
            status: process.terminationStatus + (bySignal ? 128 : 0), stdout: try Data(contentsOf: outputFile),
            stderr: try Data(contentsOf: errorsFile))
    }

    /// Waits until the log has this text.
    package func logs(_ text: String, within seconds: Double = 60) async throws {
        try await eventually("holdfast logged '\(text)'", within: seconds) {
            let isRunning = process.isRunning
            if log.contains(text) { return true }
            guard isRunning else {
                throw TestSupportError("holdfast ended before it logged '\(text)':\n\(log)")
            }
            return false
        }
    }
}
