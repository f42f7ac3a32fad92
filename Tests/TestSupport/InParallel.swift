import Executors
import Synchronization

/// Does blocking work for every element on threads of its own, and returns the results in the order of the elements.
///
/// Many more threads than cores are worth their while where the work is mostly waiting.
package func inParallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], threads: Int = 24, _ work: @escaping @Sendable (Element) -> Result
) async -> [Result] {
    guard !elements.isEmpty else { return [] }
    let progress = Progress<Result>(count: elements.count)
    return await withCheckedContinuation { continuation in
        for _ in 0..<min(threads, elements.count) {
            DedicatedThread.start(label: "test-parallel") {
                while let index = progress.take() {
                    if let results = progress.finish(index, work(elements[index])) {
                        continuation.resume(returning: results)
                    }
                }
            }
        }
    }
}

private final class Progress<Result: Sendable>: Sendable {
    private struct State {
        var next = 0
        var results: [Int: Result] = [:]
    }

    private let count: Int
    private let state = Mutex(State())

    init(count: Int) { self.count = count }

    /// The index of the next element nobody has taken yet.
    func take() -> Int? {
        state.withLock { state in
            defer { state.next += 1 }
            return state.next < count ? state.next : nil
        }
    }

    /// Notes a result; returns all of them when it was the last.
    func finish(_ index: Int, _ result: Result) -> [Result]? {
        state.withLock { state in
            state.results[index] = result
            return state.results.count == count ? (0..<count).compactMap { state.results[$0] } : nil
        }
    }
}
