import Notifications
import Testing

@testable import Outbox

@Suite("Letters of a plan")
struct PlannedLettersTests {
    @Test("what a filter meant when it was planned is changed, as far as it still fits, and nothing that came since")
    func among() async throws {
        try await withReservation { house, id in
            try await house.owe(450, about: id)
            let filter = OwedJobs.Filter(kind: "reservation.confirm", state: "ready")
            var planned = filter
            planned.jobs = try await house.owedJobs.fitting(.cancel, filter, most: 300)
            #expect(planned.jobs?.count == 300 && planned.jobs == planned.jobs?.sorted())
            try await house.run(
                "UPDATE holdfast.job SET state = 'held' WHERE id = (SELECT min(id) FROM holdfast.job)")
            try await house.owe(1, about: id)
            var done: [Int64] = []
            try await house.owedJobs.change(.cancel, planned, House.note()) { done.append($0.jobID) }
            #expect(done == planned.jobs.map { Array($0.dropFirst()) })
            #expect(try await house.owedJobs.count(.cancel, filter) == [.done: 151])
        }
    }
}
