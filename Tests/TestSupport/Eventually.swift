import Foundation

/// Asks again and again whether something holds, and returns as soon as it does.
///
/// - Parameters:
///   - what: ends the sentence "it did not come true that …".
///   - seconds: how long it may take at most; generous, since a machine under load is slow and an answer ends the wait.
/// - Throws: `TestSupportError` with `what` when the time is over.
package func eventually(
    _ what: String, within seconds: Double = 60, _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var pause = Duration.milliseconds(5)
    while try await !holds() {
        guard .now < deadline else {
            throw TestSupportError("within \(seconds) seconds it did not come true that \(what)")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(80))
    }
}

/// Lets a limited number of tests through at a time: each has processes of its own, and timing means little when they
/// all start at once.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A turnstile for `places` at a time.
    init(places: Int) { free = places }

    /// Waits for a place and takes it.
    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    /// Gives a place back.
    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
