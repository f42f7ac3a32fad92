import Notifications
import Testing

@testable import Outbox

@Suite("How deep the queue is")
struct DepthTests {
    @Test("an empty queue has nothing to count, and nothing in it is late")
    func empty() async throws {
        try await withReservation { house, _ in
            let depth = try await house.outbox.depth(of: ["mail"])
            #expect(depth == QueueDepth(counts: [], oldestDue: ["mail": .zero]))
        }
    }

    @Test("letters are counted by kind and by where they stand, those in doubt besides")
    func counts() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            #expect(try await house.claim().count == 2)
            try await house.owe(3, about: id, runAt: "holdfast.clock() - interval '1 minute'")
            try await house.owe(4, about: id, runAt: "holdfast.clock() + interval '1 minute'")
            try await house.run("UPDATE holdfast.job SET in_doubt_at = now() WHERE run_at > holdfast.clock()")
            try await house.owe(5, about: id, state: "held")
            let depth = try await house.outbox.depth(of: ["mail"])
            let found = Dictionary(uniqueKeysWithValues: depth.counts.map { ($0.state, [$0.jobs, $0.inDoubt]) })
            #expect(found == [.running: [2, 0], .due: [3, 0], .waiting: [4, 4], .held: [5, 0]])
            #expect(Set(depth.counts.map(\.kind)).count == 1)
            #expect(depth.oldestDue == ["mail": .seconds(60)])
        }
    }

    @Test("how late the oldest is counts what is due and unclaimed, of any priority, queue by queue")
    func lateness() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id, priority: 1, runAt: "holdfast.clock() - interval '5 minutes'")
            try await house.owe(1, about: id, priority: 2, runAt: "holdfast.clock() - interval '9 minutes'")
            try await house.owe(1, about: id, priority: 0, runAt: "holdfast.clock() - interval '1 hour'")
            #expect(try await house.claim(1).count == 1)
            let late = try await house.outbox.depth(of: ["mail", "elsewhere"]).oldestDue
            #expect(late == ["mail": .seconds(9 * 60), "elsewhere": .zero])
        }
    }
}
