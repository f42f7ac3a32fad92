import Logging
import Notifications
import Outbox
import Postgres
import Synchronization

/// Writes what couriers report, as many reports to a commit as there are, until the reports end.
struct SettleLoop {
    let floor: Floor
    let connection: ReconnectingConnection

    /// The most reports of one commit.
    private static let batch = 256
    /// Fewer than this wait a moment for company while letters are under way: a commit costs a disk write, however much
    /// is in it.
    private static let smallBatch = 64
    private static let linger: Duration = .milliseconds(4)
    private static let firstPause: Duration = .milliseconds(200)
    private static let longestPause: Duration = .seconds(5)

    /// Runs until the reports are finished and written, or the task is cancelled.
    ///
    /// Reports outlive a database outage: they are tried again until they are written.
    func run() async {
        while true {
            var reports = await floor.reports.receive(upTo: Self.batch)
            if reports.isEmpty { return }
            if reports.count < Self.smallBatch, floor.outstanding.load(ordering: .relaxed) > reports.count {
                // A sleep cut short by cancellation only means less company.
                try? await Task.sleep(for: Self.linger)
                reports += floor.reports.receiveReady(upTo: Self.batch - reports.count)
            }
            guard await write(reports) else { return }
            floor.outstanding.subtract(reports.count, ordering: .sequentiallyConsistent)
            floor.bell.ring()
        }
    }

    /// False when the task was cancelled before they were written.
    private func write(_ reports: [Report]) async -> Bool {
        let settlements = reports.compactMap { if case .settle(let settlement) = $0 { settlement } else { nil } }
        let released = reports.compactMap { if case .release(let ticket) = $0 { ticket } else { nil } }
        var pause = Self.firstPause
        while true {
            do {
                let stale = try await connection.withConnection { connection in
                    let outbox = Outbox(connection)
                    let settled = try await outbox.settle(settlements)
                    let freed = try await outbox.release(released)
                    return reports.count { !settled.contains($0.ticket.jobID) && !freed.contains($0.ticket.jobID) }
                }
                if stale > 0 {
                    floor.logger.event(.warning, "reports came too late: their claims were over", [.count: stale])
                }
                return true
            } catch is CancellationError {
                floor.logger.event(.error, "outcomes were not written before the stop", [.count: reports.count])
                return false
            } catch {
                floor.logger.event(
                    .error, "outcomes cannot be written yet", [.count: reports.count, .error: "\(error)"])
                guard (try? await Task.sleep(for: pause)) != nil else { return false }
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }
}
