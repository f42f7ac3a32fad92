import Logging
import Mail
import Testing

@testable import SMTP
@testable import Worker

@Suite("What is remembered of refusals")
struct RefusalWatchTests {
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("while everybody is refused by policy the relay is to blame, and only for that")
    func blamesTheRelay() throws {
        let watch = RefusalWatch()
        for number in 1...PolicyAlarm.threshold {
            let judged = try watch.judged(delivery(.permanent, .policy), to: recipient(number), log: log)
            #expect(judged.scope == (number < PolicyAlarm.threshold ? .policy : .relay))
        }
        for scope in [Scope.recipient, .message] {
            #expect(try watch.judged(delivery(.permanent, scope), to: recipient(1), log: log).scope == scope)
        }
        #expect(try watch.judged(delivery(.transient, .policy), to: recipient(1), log: log).scope == .policy)
        #expect(try watch.judged(delivery(.permanent, .policy), to: recipient(1), log: log).scope == .relay)
        _ = try watch.judged(delivery(.accepted, .none), to: recipient(2), log: log)
        #expect(try watch.judged(delivery(.permanent, .policy), to: recipient(1), log: log).scope == .policy)
    }

    @Test("recipients and messages that are refused, and postponed letters, say nothing about the relay")
    func others() throws {
        let watch = RefusalWatch()
        for number in 1...50 {
            for other in [
                delivery(.permanent, .recipient), delivery(.permanent, .message), delivery(.transient, .policy),
            ] {
                #expect(try watch.judged(other, to: recipient(number), log: log) == other)
            }
        }
        #expect(try watch.judged(delivery(.permanent, .policy), to: recipient(1), log: log).scope == .policy)
    }

    @Test("each letter's throttles in a row are counted, and anything else ends the row")
    func throttles() {
        let watch = RefusalWatch()
        #expect((1...12).map { _ in watch.throttles(of: 7, delivery(.transient, .throttle)) } == Array(1...12))
        #expect(watch.throttles(of: 8, delivery(.transient, .throttle)) == 1)
        #expect(watch.throttles(of: 7, delivery(.transient, .recipient)) == 0)
        #expect(watch.throttles(of: 7, delivery(.transient, .throttle)) == 1)
        #expect(watch.throttles(of: 8, delivery(.transient, .throttle)) == 2)
    }

    @Test("letters that others took on do not pile up")
    func runsAreBounded() {
        var runs = ThrottleRuns()
        for job in 1...Int64(ThrottleRuns.capacity) { _ = runs.note(.throttle, of: job) }
        let next = runs.note(.throttle, of: 1)
        #expect(next == 1)
    }

    private func delivery(_ verdict: Verdict, _ scope: Scope) -> Delivery {
        Delivery(Classification(verdict: verdict, scope: scope), at: .rcpt, tls: nil)
    }

    private func recipient(_ number: Int) throws -> EmailAddress { try EmailAddress("person\(number)@example.org") }
}
