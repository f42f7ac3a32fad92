import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("What waits for what")
struct QueueOutlookTests {
    @Test("a worker says with each renewal how its relays stand, and what it said of itself stays")
    func relays() async throws {
        try await withHouse { (house: House) async throws in
            let worker = WorkerID()
            try await house.outbox.register(worker, lease: .seconds(60), info: #"{"version": "1.2.3", "pid": 42}"#)
            func lease() async throws -> QueueStatus.WorkerLease? {
                try await QueueStatus.read(house.connection).workers.first { $0.id == worker.rawValue }
            }
            #expect(try await lease()?.relays == [])
            for breaker in ["closed", "open"] {
                let relay = WorkerRelay(
                    name: "smtps://relay.example:465", breaker: breaker, limit: 4, sessionsInUse: 1,
                    trouble: breaker == "open" ? "no answer" : nil)
                #expect(try await house.outbox.renew(worker, lease: .seconds(60), relays: [relay]))
                #expect(try await lease()?.relays == [relay])
            }
            #expect(try await lease()?.version == "1.2.3")
            #expect(try await lease()?.pid == "42")
            // What another version may write one day does not keep anybody from looking.
            try await house.run("UPDATE holdfast.worker SET info = '{\"relays\": {\"a\": 1}}'")
            #expect(try await lease()?.relays == [])
        }
    }

    @Test("rates, retries, doubt and the horizon are numbers of what is owed")
    func outlook() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            try await house.appoint(["starts_at": "'2027-03-11 18:00+00'"])
            var evidence = Settlement.Evidence()
            evidence.code = 450
            let claims = try await house.claim()
            try #require(claims.count == 3)
            _ = try await house.outbox.settle([
                Settlement(claims[0].job.ticket, .sent),
                Settlement(
                    claims[1].job.ticket, .retry, next: .again(after: .seconds(60)), burnsAttempt: true,
                    evidence: evidence),
                Settlement(claims[2].job.ticket, .unknown, next: .hold, burnsAttempt: true, leavesDoubt: true),
            ])
            let outlook = try await QueueOutlook.read(house.connection)
            #expect(outlook.sentPerMinute == [1, 0.2, 1.0 / 15])
            #expect(outlook.retries == 1 && outlook.retriesDue == 0)
            #expect(outlook.nextRetry == ISO8601DateFormatter().date(from: "2027-03-01T17:01:00Z"))
            #expect(outlook.oldestHeldDoubt == outlook.oldestDoubt && outlook.oldestDoubt.map { $0 >= 0 } == true)
            #expect(outlook.held == 1 && outlook.heldInDoubt == 1)
            #expect(outlook.scheduled == 3)
            #expect(outlook.horizon == ISO8601DateFormatter().date(from: "2027-03-11T05:00:00Z"))
        }
    }
}
