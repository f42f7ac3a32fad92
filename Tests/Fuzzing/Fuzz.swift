import Executors
import Foundation

/// An invariant that did not hold, and how to see it again.
package struct FuzzFinding: Error, CustomStringConvertible {
    /// One sentence, the input, and the seed.
    package let description: String
}

/// Looks for an input that breaks an invariant, for as long as `TEST_FUZZ_SECONDS` says, by default two seconds.
///
/// The cases follow from the seed in `TEST_FUZZ_SEED`; without one the seed is fixed, so that a run says the same as
/// the run before. It works on a thread of its own and leaves the cooperative pool to other tests.
/// - Parameters:
///   - name: what is fuzzed, for the line that tells how many cases there were.
///   - check: makes one input and tries it; nil, or a sentence that says which invariant the input breaks.
/// - Throws: `FuzzFinding` for the first input that breaks one; `TEST_FUZZ_SEED` set to its seed begins with it.
package func fuzz(_ name: String, _ check: @escaping @Sendable (inout SeededGenerator) -> String?) async throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["TEST_FUZZ_SECONDS"].flatMap { Double($0) } ?? 2
    let seed = environment["TEST_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_260_301
    let finding: FuzzFinding? = await withCheckedContinuation { continuation in
        DedicatedThread.start(label: "fuzz") {
            continuation.resume(returning: search(name, seed, until: .now + .seconds(seconds), check))
        }
    }
    if let finding { throw finding }
}

private func search(
    _ name: String, _ first: UInt64, until end: ContinuousClock.Instant,
    _ check: (inout SeededGenerator) -> String?
) -> FuzzFinding? {
    var seed = first
    repeat {
        var generator = SeededGenerator(seed: seed)
        if let broken = check(&generator) {
            return FuzzFinding(description: "\(name): \(broken). To see it again: TEST_FUZZ_SEED=\(seed)")
        }
        seed &+= 1
    } while .now < end
    print("fuzz \(name): \(seed &- first) cases from seed \(first), every invariant held")
    return nil
}
