import Foundation
import Testing

@testable import Worker

@Suite("The low-water mark of claims")
struct ClaimWindowTests {
    private let start = ContinuousClock.now
    private let earliest = Date(timeIntervalSince1970: 1000)
    private let mark = Date(timeIntervalSince1970: 990)

    @Test("the first claim looks at everything, and the ones behind it begin a little before what it took")
    func first() {
        var window = ClaimWindow()
        #expect(window.start(at: start) == nil)
        window.claimed(from: nil, earliest: earliest, isFull: false, asked: start)
        #expect(window.start(at: start + .seconds(4)) == mark)
        #expect(window.start(at: start + .seconds(5)) == nil)
    }

    @Test("with nothing taken yet there is no mark")
    func empty() {
        var window = ClaimWindow()
        window.claimed(from: nil, earliest: nil, isFull: false, asked: start)
        #expect(window.start(at: start) == nil)
    }

    @Test("in a backlog a claim that comes back short is followed by a whole look")
    func backlog() {
        var window = ClaimWindow()
        window.claimed(from: nil, earliest: earliest, isFull: true, asked: start)
        window.claimed(from: mark, earliest: earliest.addingTimeInterval(60), isFull: true, asked: start)
        #expect(window.start(at: start) == Date(timeIntervalSince1970: 1050))
        window.claimed(from: mark, earliest: earliest.addingTimeInterval(90), isFull: false, asked: start)
        #expect(window.start(at: start) == nil)
    }

    @Test("once everything was taken, short claims keep their mark: jobs that come are later ones")
    func drained() {
        var window = ClaimWindow()
        window.claimed(from: nil, earliest: earliest, isFull: false, asked: start)
        window.claimed(from: mark, earliest: nil, isFull: false, asked: start + .seconds(1))
        #expect(window.start(at: start + .seconds(2)) == mark)
    }
}
