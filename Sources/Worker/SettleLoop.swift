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
    /// How long a stop waits for a database that is away, once no letter is on its way any more.
    private static let patienceAtStop: Duration = .seconds(20)

    /// Runs until the reports are finished and written, or the task is cancelled.
    ///
    /// Reports outlive a database outage: they are tried again until they are written.
    func run() async {
        // Nobody receives any more: couriers must not wait for space.
        defer { floor.reports.finish() }
        while true {
            var reports = await floor.reports.receive(upTo: Self.batch)
            if reports.isEmpty { return }
            if reports.count < Self.smallBatch, floor.outstanding.count > reports.count {
                // A sleep cut short by cancellation only means less company.
                try? await Task.sleep(for: Self.linger)
                reports += floor.reports.receiveReady(upTo: Self.batch - reports.count)
            }
            guard await write(reports) else { return }
            floor.wrote(reports)
        }
    }

    /// False when they were not written: the task was cancelled, or the database stayed away through a stop.
    private func write(_ reports: [Report]) async -> Bool {
        var pause = Self.firstPause
        var isRepeated = false
        while true {
            do {
                let begun = ContinuousClock.now
                let late = try await connection.withConnection { try await written(reports, by: Outbox($0)) }
                floor.recover(.settles, "outcomes are written again")
                // After a failure the first try may have been written already, and then this one finds nothing.
                floor.metrics.settled(late: isRepeated ? 0 : late, in: .now - begun)
                if late > 0, !isRepeated {
                    floor.logger.event(.warning, "reports came too late: their claims were over", [.count: late])
                }
                return true
            } catch is CancellationError {
                break
            } catch {
                floor.complain(.settles, "outcomes cannot be written yet", error, [.count: reports.count])
                isRepeated = true
                if let stop = floor.closingSince, .now - stop > Self.patienceAtStop, floor.relays.isIdle { break }
                guard (try? await Task.sleep(for: pause)) != nil else { break }
                pause = min(pause * 2, Self.longestPause)
            }
        }
        floor.logger.event(.error, "outcomes were not written before the stop", [.count: reports.count])
        return false
    }

    /// Writes reports; returns how many of them changed nothing.
    private func written(_ reports: [Report], by outbox: Outbox) async throws -> Int {
        var settlements: [Settlement] = []
        var releases: [(ticket: Ticket, delay: Duration)] = []
        for report in reports {
            switch report {
            case .settle(let settlement): settlements.append(settlement)
            case .release(let ticket, let delay): releases.append((ticket, delay))
            }
        }
        let settled = try await outbox.settle(settlements)
        let freed = try await outbox.release(releases)
        return reports.count { !settled.contains($0.ticket.jobID) && !freed.contains($0.ticket.jobID) }
    }
}
