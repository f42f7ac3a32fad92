import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct CancellationTests {
    private static let isRunning =
        "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query LIKE '%pg_sleep%'"
    private static let isNotRunning =
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query LIKE '%pg_sleep%'"

    @Test func cancellingTheTaskCancelsTheStatementOnTheServer() async throws {
        try await withConnection { connection, url in
            let observer = try await Connection.open(ConnectionSettings(url: url))
            let pid = try await connection.backendPID
            for round in 0..<5 {
                let work = Task { try await connection.query("SELECT pg_sleep(60)") }
                #expect(try await eventually(observer, Self.isRunning, [.int4(pid)]))
                let start = ContinuousClock.now
                work.cancel()
                await #expect(throws: CancellationError.self) { try await work.value }
                #expect(ContinuousClock.now - start < .seconds(240))
                #expect(try await scalar(observer, Self.isNotRunning, [.int4(pid)], as: Bool.self))
                #expect(
                    try await scalar(connection, "SELECT $1::int8 AS v", [.int8(Int64(round))], as: Int.self) == round)
            }
            #expect(try await connection.backendPID == pid)
            await observer.close()
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await withConnection { connection, _ in
            let work = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await connection.execute("CREATE TABLE t (id int)")
            }
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(await postgresErrorOf { try await connection.query("TABLE t") }?.code == .server(.undefinedTable))
        }
    }

    @Test func someoneElsesCancellationIsAServerError() async throws {
        try await withConnection { connection, url in
            let pid = try await connection.backendPID
            async let error = postgresErrorOf { try await connection.query("SELECT pg_sleep(60)", name: "nap") }
            let observer = try await Connection.open(ConnectionSettings(url: url))
            #expect(try await eventually(observer, Self.isRunning, [.int4(pid)]))
            try await observer.query("SELECT pg_cancel_backend($1)", [.int4(pid)])
            #expect(await error?.code == .server(.queryCanceled))
            #expect(await error?.statement == "nap")
            await observer.close()
        }
    }

    @Test func aSilentServerIsAnErrorAndTheConnectionIsGivenUp() async throws {
        try await withConnection { connection, _ in
            let pid = try await connection.backendPID
            #expect(kill(pid, SIGSTOP) == 0, "the test must run as root or as the server's user")
            defer { kill(pid, SIGCONT) }
            let start = ContinuousClock.now
            let error = await postgresErrorOf {
                try await connection.query("SELECT 1", name: "mute", timeout: .milliseconds(300))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.statement == "mute")
            #expect(error?.isTransient == true)
            #expect((.milliseconds(300) ..< .seconds(240)).contains(ContinuousClock.now - start))
            #expect(await connection.isUsable == false)
            #expect(await postgresErrorOf { try await connection.query("SELECT 1") }?.code == .timedOut)
        }
    }

    @Test func cancellingWhileTheServerIsSilentEndsWithinTheGracePeriod() async throws {
        try await withConnection { connection, _ in
            let pid = try await connection.backendPID
            #expect(kill(pid, SIGSTOP) == 0, "the test must run as root or as the server's user")
            defer { kill(pid, SIGCONT) }
            var rounds = 0
            // A statement that is cancelled before it is under way gives nothing up: then another one is.
            repeat {
                let work = Task { try await connection.query("SELECT 1") }
                try await Task.sleep(for: .milliseconds(100))
                let start = ContinuousClock.now
                work.cancel()
                await #expect(throws: CancellationError.self) { try await work.value }
                #expect(ContinuousClock.now - start < .seconds(240))
                rounds += 1
            } while await connection.isUsable && rounds < 100
            #expect(await connection.isUsable == false)
        }
    }

    @Test func aStatementGivenUpByTheClientDoesNotRunOn() async throws {
        try await withConnection { connection, url in
            let observer = try await Connection.open(ConnectionSettings(url: url))
            let pid = try await connection.backendPID
            let error = await postgresErrorOf {
                try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(300))
            }
            #expect(error?.code == .timedOut)
            #expect(try await eventually(observer, Self.isNotRunning, [.int4(pid)]))
            await observer.close()
        }
    }

    @Test func aPortThatNeverAnswersIsAConnectTimeout() async throws {
        let listener = try SilentListener()
        var settings = ConnectionSettings(url: "postgresql://app:canary@127.0.0.1:\(listener.port)/db")
        settings.connectTimeout = .milliseconds(300)
        let start = ContinuousClock.now
        let error = await postgresErrorOf { _ = try await Connection.open(settings) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("127.0.0.1:\(listener.port)") == true)
        #expect(ContinuousClock.now - start < .seconds(240))
        settings.connectTimeout = .seconds(300)
        let work = Task { [settings] in try await Connection.open(settings) }
        try await Task.sleep(for: .milliseconds(50))
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(ContinuousClock.now - start < .seconds(240))
    }
}

/// A TCP port on loopback that takes connections and never says anything.
final class SilentListener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isListening else { throw TestSupportError("no port on 127.0.0.1 can be opened (errno \(errno))") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(descriptor)
    }
}
