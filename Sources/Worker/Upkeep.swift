import Logging
import Outbox
import Postgres

/// Does what comes due by the clock alone, keeps what is stored in bounds, and watches for what slowly harms the queue.
///
/// Every worker does it, and there is no leader: the database lets one at a time do each thing.
struct Upkeep {
    let floor: Floor
    let connection: ReconnectingConnection
    let historyDays: Int

    /// What one round leaves for the next.
    private struct Memory {
        /// The sweeps the database has; nil until it was asked.
        var sweeps: Set<Sweep>?
        /// The old snapshot that was told of.
        var told: UpkeepFindings.Pin?
    }

    /// Does each chore when it is due, until the task is cancelled; one that fails is tried again, and stops no other.
    func run() async {
        var rota = UpkeepRota(at: .now)
        var memory = Memory()
        var generator = SystemRandomNumberGenerator()
        repeat {
            for chore in rota.take(at: .now, using: &generator) {
                do {
                    try await perform(chore, &memory)
                } catch is CancellationError {
                    return
                } catch {
                    rota.failed(chore, at: .now)
                    floor.logger.event(.warning, "upkeep failed; it is tried again later", [.error: "\(error)"])
                }
            }
        } while (try? await Task.sleep(until: rota.next(at: .now))) != nil
    }

    private func perform(_ chore: UpkeepRota.Chore, _ memory: inout Memory) async throws {
        switch chore {
        case .sweep(let sweep):
            try await perform(sweep, &memory.sweeps)
        case .keep:
            try await keep()
            tell(of: try await look())
            memory.told = nil
        case .look:
            memory.told = warn(of: try await look().oldestPin, told: memory.told)
        }
    }

    /// Does a sweep, if the database has it: one without the reference tables has not.
    private func perform(_ sweep: Sweep, _ known: inout Set<Sweep>?) async throws {
        let sweeps: Set<Sweep>
        if let known {
            sweeps = known
        } else {
            sweeps = try await connection.withConnection { try await Outbox($0).sweeps() }
            known = sweeps
        }
        guard sweeps.contains(sweep) else { return }
        let rows = try await connection.withConnection { try await Outbox($0).sweep(sweep) }
        if rows > 0 { floor.logger.event(.info, Self.sentence(for: sweep), [.count: rows]) }
    }

    private static func sentence(for sweep: Sweep) -> StaticString {
        switch sweep {
        case .expireHolds: "holds ended: their time was over"
        case .oweDigests: "digests of open tasks are owed"
        case .letExpire: "held letters were let go: their time was over"
        case .pruneTold, .pruneAllowance: "what nobody asks for any more was forgotten"
        case .eraseAddressChanges: "addresses that were changed a month ago were forgotten"
        }
    }

    private func look() async throws -> UpkeepFindings {
        let findings = try await connection.withConnection { try await Outbox($0).upkeepFindings() }
        floor.setFindings(findings)
        return findings
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
