import Testing

@testable import Worker

@Suite("Bell", .timeLimit(.minutes(1)))
struct BellTests {
    private let bell = Bell()
    private static let longTime: Duration = .seconds(600)

    @Test("a ring before the wait is kept for it")
    func ringBeforeWait() async {
        bell.ring()
        #expect(await waited(atMost: Self.longTime) < .seconds(30))
    }

    @Test("many rings are one")
    func manyRingsAreOne() async {
        for _ in 0..<100 { bell.ring() }
        await bell.wait(atMost: Self.longTime)
        #expect(await waited(atMost: .milliseconds(20)) >= .milliseconds(20))
    }

    @Test("a ring ends the wait that is under way")
    func ringDuringWait() async {
        for _ in 0..<200 {
            await withTaskGroup { group in
                group.addTask { await bell.wait(atMost: Self.longTime) }
                group.addTask { bell.ring() }
            }
        }
    }

    @Test("without a ring the wait ends when its time is over, or at once without any")
    func timeout() async {
        #expect(await waited(atMost: .milliseconds(30)) >= .milliseconds(30))
        #expect(await waited(atMost: .zero) < .seconds(30))
        #expect(await waited(atMost: .seconds(-5)) < .seconds(30))
    }

    @Test("cancellation ends the wait, and the next ring is heard by the next wait")
    func cancellation() async {
        for round in 0..<200 {
            let task = Task { await bell.wait(atMost: Self.longTime) }
            if round.isMultiple(of: 2) { await Task.yield() }
            task.cancel()
            await task.value
        }
        bell.ring()
        #expect(await waited(atMost: Self.longTime) < .seconds(30))
    }

    private func waited(atMost time: Duration) async -> Duration {
        await ContinuousClock().measure { await bell.wait(atMost: time) }
    }
}
