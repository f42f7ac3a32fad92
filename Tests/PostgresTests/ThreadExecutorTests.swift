import Executors
import Foundation
import Testing

@Suite struct ThreadExecutorTests {
    private actor Blocker {
        private let executor: ThreadExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        private(set) var calls = 0

        init(label: String) {
            executor = ThreadExecutor(label: label)
        }

        func threadName() throws -> String {
            calls += 1
            return try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
                .trimmingCharacters(in: .newlines)
        }

        func thread() -> UInt {
            calls += 1
            return UInt(pthread_self())
        }

        nonisolated func assumed() -> Bool {
            assumeIsolated { _ in true }
        }

        func assumedInside() -> Bool {
            assumed()
        }
    }

    @Test func jobsRunInOrderOnOneNamedThread() async throws {
        let blocker = Blocker(label: "a thread with a long name")
        #expect(try await blocker.threadName() == "a thread with a")
        let threads = await withTaskGroup(of: UInt.self) { group in
            for _ in 0..<1000 { group.addTask { await blocker.thread() } }
            return await group.reduce(into: Set<UInt>()) { $0.insert($1) }
        }
        #expect(threads.count == 1)
        #expect(await blocker.calls == 1001)
    }

    @Test func isolationIsCheckedByThread() async throws {
        let blocker = Blocker(label: "checked")
        #expect(await blocker.assumedInside())
        let executor = ThreadExecutor(label: "other")
        #expect(executor.isIsolatingCurrentContext() == false)
        await #expect(processExitsWith: .failure) {
            ThreadExecutor(label: "trap").checkIsolated()
        }
    }

    @Test func theThreadEndsWithItsExecutor() async throws {
        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { thread in
                try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)
            }
        }
        do {
            let blocker = Blocker(label: "short-lived")
            #expect(try await blocker.threadName() == "short-lived")
            #expect(try names().contains("short-lived\n"))
        }
        for _ in 0..<200 where try names().contains("short-lived\n") { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try !names().contains("short-lived\n"))
    }
}
