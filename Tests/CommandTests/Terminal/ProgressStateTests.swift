import Glibc
import Testing

@testable import holdfast

@Suite struct ProgressStateTests {
    private static let start = ContinuousClock.now

    private static func state(_ steps: [(done: Int, second: Double)], of total: Int = 500) -> ProgressState {
        var state = ProgressState("letters", of: total, at: start)
        for step in steps { state.advance(to: step.done, at: start + .seconds(step.second)) }
        return state
    }

    @Test("Rate and time left are said as soon as there are any")
    func sentence() {
        #expect(Self.state([]).sentence == "0 of 500 letters")
        #expect(Self.state([(0, 3)]).sentence == "0 of 500 letters")
        #expect(Self.state([(20, 10)]).sentence == "20 of 500 letters, 2.0/s, 4m 0s left")
        #expect(Self.state([(300, 4)]).sentence == "300 of 500 letters, 75/s, 3s left")
        #expect(Self.state([(250, 2), (500, 65)]).sentence.hasSuffix(", 1m 5s"))
        #expect(Self.state([], of: 0).share == 1)
    }

    @Test("After a slow beginning the rate is that of the last half minute")
    func lately() throws {
        let crawl = (1...100).map { (done: $0, second: Double($0) * 10) }
        let sprint = (1...40).map { (done: 100 + $0 * 10, second: 1000 + Double($0)) }
        #expect(abs(try #require(Self.state(crawl).rate) - 0.1) < 0.02)
        #expect(abs(try #require(Self.state(crawl + sprint).rate) - 10) < 0.5)
        let stalled = Self.state(crawl + sprint + [(500, 1100)], of: 900)
        #expect(stalled.rate == nil && stalled.secondsLeft == nil)
    }

    @Test("A pipe gets a line at each tenth, or nothing where that is wanted")
    func pipe() async {
        await #expect(processExitsWith: .success) {
            guard let errors = KeptErrors() else { exit(1) }
            var bar = ProgressBar("letters", of: 30)
            for done in 1...30 { bar.show(done) }
            bar.end()
            bar = ProgressBar("files", of: 30, tellsLogs: false)
            bar.show(30)
            bar.end()
            let lines = errors.read().split(separator: "\n")
            #expect(lines.count == 10, "\(lines)")
            #expect(lines[0].hasPrefix("3 of 30 letters") && lines[9].hasPrefix("30 of 30 letters"), "\(lines)")
        }
    }

    @Test("The bar fills from left to right, fits, and gives way to the words")
    func bar() {
        #expect(Self.state([]).bar(columns: 60).text == "[........................................]  0 of 500 letters")
        #expect(
            Self.state([(250, 1)]).bar(columns: 79).text.hasPrefix(
                "[####################....................]  250 of 500"))
        #expect(
            Self.state([(500, 1)]).bar(columns: 79).text.hasPrefix(
                "[########################################]  500 of 500"))
        for columns in 1...100 { #expect(Self.state([(20, 10)]).bar(columns: columns).columns <= columns) }
    }
}
