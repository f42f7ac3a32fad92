import Foundation

/// Other programs, run to their end or for as long as they are needed.
enum Child {
    /// Runs a program; throws when it does not end well.
    ///
    /// Its output is dropped, its complaints are ours.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let process = try start(program, arguments, environment: environment)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError("\(program) ended with status \(process.terminationStatus)")
        }
    }

    static func start(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// Postfix's `smtp-sink` on a loopback port: takes everything, keeps nothing.
struct Sink {
    let port: Int
    private let process: Process

    init(_ program: String) throws {
        port = Int.random(in: 20_000...29_999)
        process = try Child.start(program, ["127.0.0.1:\(port)", "1000"])
        for _ in 0..<500 where !Self.isOpen(port) { usleep(10_000) }
        guard Self.isOpen(port), process.isRunning else {
            throw BenchError("\(program) does not listen on port \(port)")
        }
    }

    func stop() {
        // Its own setuid has cleared whatever would end it with us.
        process.terminate()
        process.waitUntilExit()
    }

    private static func isOpen(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
