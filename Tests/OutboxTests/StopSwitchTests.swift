import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("The stop switch")
struct StopSwitchTests {
    @Test("letters of a stopped kind are not claimed and do not come due; the others are; resumed, they are too")
    func oneKind() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            try await house.owe(3, about: id, kind: "portal.activate", priority: 1)
            let pauses = Pauses(house.connection)
            #expect(try await pauses.pause("reservation.confirm", reason: "wrong logo", operator: "ada"))
            #expect(try await house.claim().map(\.job.kind) == Array(repeating: "portal.activate", count: 3))
            #expect(try await house.claim().isEmpty)
            #expect(try await house.nextDue() == nil)
            #expect(try await pauses.resume("reservation.confirm", reason: "mended", operator: "ada"))
            #expect(try await house.nextDue() == .zero)
            #expect(try await house.claim().count == 2)
        }
    }

    @Test("with everything stopped nothing is claimed, whatever is stopped or resumed by name beside it")
    func everything() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let pauses = Pauses(house.connection)
            #expect(try await pauses.pause(StopSwitch.everything, reason: "fire drill", operator: "ada"))
            #expect(try await pauses.pause("portal.activate", reason: "portal down", operator: "ada"))
            #expect(try await house.claim().isEmpty)
            #expect(try await house.nextDue() == nil)
            #expect(try await pauses.resume("portal.activate", reason: "portal up", operator: "ada"))
            #expect(try await house.claim().isEmpty)
            #expect(try await pauses.resume(StopSwitch.everything, reason: "over", operator: "ada"))
            #expect(try await house.claim().count == 2)
        }
    }

    @Test("turning the switch twice changes nothing more, and the audit has every turn once")
    func idempotent() async throws {
        try await withHouse { house in
            let before = try await house.count("holdfast.audit")
            let pauses = Pauses(house.connection)
            #expect(try await pauses.pause("portal.activate", reason: "first", operator: "ada"))
            #expect(try await !pauses.pause("portal.activate", reason: "second", operator: "bob"))
            let standing = try #require(try await pauses.all().first)
            #expect(standing.kind == "portal.activate" && standing.reason == "first" && standing.operatorName == "ada")
            #expect(try await pauses.resume("portal.activate", reason: "over", operator: "bob"))
            #expect(try await !pauses.resume("portal.activate", reason: "again", operator: "bob"))
            #expect(try await !pauses.resume(StopSwitch.everything, reason: "again", operator: "bob"))
            #expect(try await pauses.all().isEmpty)
            #expect(
                try await house.lines(
                    "SELECT operator, action, target, reason FROM holdfast.audit ORDER BY at OFFSET \(before)") == [
                        "(ada,pause,portal.activate,first)", "(bob,resume,portal.activate,over)",
                    ])
        }
    }

    @Test("the switch a worker reads says the same as the one a claim reads")
    func whatWorkersRead() async throws {
        try await withHouse { house in
            let pauses = Pauses(house.connection)
            func read() async throws -> StopSwitch { try await house.outbox.listenState(channel: "c").stopped }
            #expect(try await read() == StopSwitch())
            _ = try await pauses.pause("portal.activate", reason: "r", operator: "ada")
            #expect(try await read().stops("portal.activate"))
            #expect(try await !read().stops("reservation.confirm"))
            _ = try await pauses.pause(StopSwitch.everything, reason: "r", operator: "ada")
            #expect(try await read().stops("reservation.confirm"))
            #expect(try await !house.outbox.listenState(channel: "c").listening)
            try await house.connection.listen("c")
            #expect(try await house.outbox.listenState(channel: "c").listening)
        }
    }

    @Test("a letter of a kind that no running worker declares waits for one that does")
    func newKinds() async throws {
        try await withReservation { house, id in
            try await house.run(
                """
                INSERT INTO holdfast.kind (name, priority, class, audience, lifetime)
                VALUES ('survey.later', 2, 'survey', 'invitee', '1 day');
                SELECT holdfast.enqueue('survey.later', 'reservation', '\(id)');
                """)
            #expect(try await house.claim().isEmpty)
            #expect(try await house.nextDue() == nil)
            #expect(try await house.claim(kinds: House.kinds + ["survey.later"]).count == 1)
        }
    }
}

extension House {
    fileprivate func nextDue() async throws -> Duration? {
        try await outbox.nextDue(queues: ["mail"], kinds: Self.kinds)
    }
}
