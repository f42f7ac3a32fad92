import Foundation
import Testing

@testable import Worker

@Suite("Retry policy")
struct RetryPolicyTests {
    private let policy = RetryPolicy()

    @Test(
        "pauses quadruple up to an hour",
        arguments: zip([0, 1, 2, 3, 4, 5, 6, 40, 1000], [30, 30, 120, 480, 1920, 3600, 3600, 3600, 3600]))
    func pauses(attempts: Int, seconds: Int) {
        #expect(policy.pause(after: attempts, hint: nil, chance: 0.5) == .seconds(seconds))
    }

    @Test("chance moves a pause by a quarter at most", arguments: zip([0, 0.5, 1], [22.5, 30, 37.5]))
    func chance(chance: Double, seconds: Double) {
        #expect(policy.pause(after: 1, hint: nil, chance: chance) == .seconds(seconds))
    }

    @Test("a relay's own wish wins, and chance leaves it alone")
    func hint() {
        for chance in [0, 0.3, 1] {
            #expect(policy.pause(after: 4, hint: .seconds(77), chance: chance) == .seconds(77))
        }
    }

    @Test("a letter is given up at its end, or two days after it was first tried")
    func lastChance() {
        let tried = Date(timeIntervalSince1970: 0)
        #expect(policy.lastChance(firstTried: tried, expiresAt: tried + 3600) == tried + 3600)
        #expect(policy.lastChance(firstTried: tried, expiresAt: .distantFuture) == tried + 48 * 3600)
    }
}
