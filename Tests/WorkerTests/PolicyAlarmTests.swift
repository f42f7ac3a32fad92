import Mail
import Testing

@testable import Worker

@Suite("Policy alarm")
struct PolicyAlarmTests {
    private let start = ContinuousClock.now

    @Test("so many different recipients refused within the time raise it, and only once")
    func raised() throws {
        let alarm = Alarm()
        for number in 1..<PolicyAlarm.threshold {
            #expect(try !alarm.refused(number, at: start))
            #expect(!alarm.isRaised)
        }
        #expect(try alarm.refused(PolicyAlarm.threshold, at: start))
        #expect(alarm.isRaised)
        #expect(try !alarm.refused(99, at: start))
    }

    @Test("one recipient refused again and again is one")
    func oneRecipient() throws {
        let alarm = Alarm()
        for _ in 0..<100 { #expect(try !alarm.refused(1, at: start)) }
        #expect(!alarm.isRaised)
    }

    @Test("what is longer ago than the time does not count")
    func window() throws {
        let alarm = Alarm()
        for number in 1...PolicyAlarm.threshold {
            let at = start + PolicyAlarm.window * number / (PolicyAlarm.threshold - 1)
            // The first is just within the window of the last, or just without.
            let late: Duration = number == PolicyAlarm.threshold ? .milliseconds(1) : .zero
            #expect(try !alarm.refused(number, at: at + late))
        }
        let inTime = Alarm()
        for number in 1...PolicyAlarm.threshold {
            let at = start + PolicyAlarm.window * (number - 1) / (PolicyAlarm.threshold - 1)
            #expect(try inTime.refused(number, at: at) == (number == PolicyAlarm.threshold))
        }
    }

    @Test("refusals among as many letters that are taken raise nothing")
    func paidFor() throws {
        let alarm = Alarm()
        for number in 1...100 {
            #expect(try !alarm.refused(number, at: start))
            #expect(!alarm.accepted())
        }
        #expect(!alarm.isRaised)
    }

    @Test("once raised it outlasts the time, until a letter is taken; then it takes as many again")
    func lowered() throws {
        let alarm = Alarm()
        for number in 1...PolicyAlarm.threshold { _ = try alarm.refused(number, at: start) }
        #expect(try !alarm.refused(1, at: start + PolicyAlarm.window * 10))
        #expect(alarm.isRaised)
        #expect(alarm.accepted())
        #expect(!alarm.isRaised)
        #expect(!alarm.accepted())
        for number in 1..<PolicyAlarm.threshold { #expect(try !alarm.refused(number, at: start)) }
        #expect(try alarm.refused(50, at: start))
    }
}

/// The alarm as a reference, because `#expect` calls nothing that changes a value.
private final class Alarm {
    private var alarm = PolicyAlarm()

    var isRaised: Bool { alarm.isRaised }

    func refused(_ person: Int, at now: ContinuousClock.Instant) throws -> Bool {
        alarm.refused(try EmailAddress("person\(person)@example.org"), at: now)
    }

    func accepted() -> Bool { alarm.accepted() }
}
