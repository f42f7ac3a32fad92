import Logging
import Outbox
import Postgres

/// Keeps what is stored in bounds, and watches for what slowly harms the queue.
///
/// Every worker does it, and there is no leader: the database lets one at a time do each thing.
struct Upkeep {
    let floor: Floor
    let connection: ReconnectingConnection
    let historyDays: Int

    private static let interval: Duration = .seconds(60)
    /// Every so many looks things are put in order, and trouble that lasts is told again.
    private static let looksToKeep = 60

    /// Looks every minute until the task is cancelled.
    func run() async {
        var look = 0
        var told: UpkeepFindings.Pin?
        repeat {
            do {
                let isTurn = look.isMultiple(of: Self.looksToKeep)
                if isTurn { try await keep() }
                let findings = try await connection.withConnection { try await Outbox($0).upkeepFindings() }
                floor.setFindings(findings)
                if isTurn { tell(of: findings) }
                told = warn(of: findings.oldestPin, told: isTurn ? nil : told)
            } catch is CancellationError {
                return
            } catch {
                floor.logger.event(.warning, "upkeep failed; it is tried again later", [.error: "\(error)"])
            }
            look += 1
            // Several workers are started at once, and need not look at once.
        } while (try? await Task.sleep(for: Self.interval * .random(in: 0.75...1.25))) != nil
    }

    private func keep() async throws {
        let kept = try await connection.withConnection { try await Outbox($0).keep(historyDays: historyDays) }
        if kept.moved > 0 {
            floor.logger.event(.notice, "history was moved into partitions of its days", [.count: kept.moved])
        }
        if kept.dropped > 0 {
            floor.logger.event(.notice, "days of history were dropped: their time was over", [.count: kept.dropped])
        }
        if kept.pruned > 0 {
            floor.logger.event(.info, "old keys and links were forgotten", [.count: kept.pruned])
        }
    }

    private func tell(of findings: UpkeepFindings) {
        if findings.defaultHistoryRows > 0 {
            floor.logger.event(
                .warning, "history fills its default partition: no partition of its day could be made",
                [.count: findings.defaultHistoryRows])
        }
        if findings.notifyUsage > 0.5 {
            floor.logger.event(
                .warning, "the server's NOTIFY queue is half full: a session that listens does not read",
                [.count: Int(findings.notifyUsage * 100)])
        }
    }

    /// Tells of a snapshot that grows old, once for each; returns the one that was told of.
    private func warn(of pin: UpkeepFindings.Pin?, told: UpkeepFindings.Pin?) -> UpkeepFindings.Pin? {
        guard let pin, pin.isStale else { return nil }
        if pin.holder != told?.holder || pin.name != told?.name {
            floor.logger.event(
                .warning, "an old snapshot keeps vacuum from removing dead rows: end what holds it",
                [.holder: "\(pin.holder) \(pin.name)", .seconds: Int(pin.seconds ?? 0)])
        }
        return pin
    }
}
