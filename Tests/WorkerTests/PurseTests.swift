import Outbox
import Testing

@testable import Worker

@Suite("Purse")
struct PurseTests {
    private let start = ContinuousClock.now

    @Test(
        "it asks for a quarter of a second's worth, for no more than wanted, and for one at least",
        arguments: [(100.0, 500, 25), (100.0, 7, 7), (14.0, 500, 3), (0.2, 500, 1)])
    func portion(rate: Double, letters: Int, portion: Int) {
        #expect(Purse.portion(ofRate: rate, for: letters) == portion)
    }

    @Test("what was leased is spent once, relay by relay")
    func spending() {
        var purse = Purse()
        purse.receive(BudgetLease(tokens: 3, wait: .zero), for: 0, at: start)
        purse.receive(BudgetLease(tokens: 2, wait: .zero), for: 1, at: start)
        purse.spend(2, on: 0)
        #expect(purse.letters(to: 0) == 1 && purse.letters(to: 1) == 2)
        purse.spend(1, on: 0)
        #expect(purse.letters(to: 0) == 0)
        purse.spend(5, on: 7)
        #expect(purse.letters(to: 7) == 0, "a relay without a budget costs nothing")
    }

    @Test("an empty budget is not asked again before it has something")
    func waiting() {
        var purse = Purse()
        #expect(purse.wait(for: 0, at: start) == nil)
        purse.receive(BudgetLease(tokens: 0, wait: .milliseconds(250)), for: 0, at: start)
        #expect(purse.wait(for: 0, at: start + .milliseconds(50)) == .milliseconds(200))
        #expect(purse.wait(for: 1, at: start) == nil)
        #expect(purse.wait(for: 0, at: start + .milliseconds(250)) == nil)
        purse.receive(BudgetLease(tokens: 1, wait: .zero), for: 0, at: start)
        #expect(purse.wait(for: 0, at: start) == nil)
    }
}
