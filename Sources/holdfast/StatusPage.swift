import FoundationEssentials
import Outbox

/// The queue at a glance, as lines of at most 80 columns; a pure value.
struct StatusPage {
    let lines: [String]

    init(_ status: QueueStatus) {
        lines =
            Self.pauses(status.pauses) + Self.queue(status.queue) + [""] + Self.lastHour(status.lastHour) + [""]
            + Self.workers(status.workers) + Self.database(status.findings)
    }

    private static let width = 80
    private static let nameWidth = 22

    private static func pauses(_ pauses: [Pause]) -> [String] {
        pauses.map { pause in
            cut("STOPPED \(pause.kind == StopSwitch.everything ? "all letters" : pause.kind) \(pause.origin)")
        }
    }

    private static func queue(_ queue: [QueueStatus.Depth]) -> [String] {
        let widths = [9, 9, 9, 8, 10, 13]
        let heading = row("owed", ["due", "later", "sending", "held", "in doubt", "oldest due"], widths)
        let rows = queue.map { depth in
            let counts = [depth.due, depth.later, depth.running, depth.held, depth.inDoubt].map(String.init)
            return row(depth.kind, counts + [depth.oldestDue.map(Self.time) ?? "-"], widths)
        }
        return [heading] + (rows.isEmpty ? ["  nothing"] : rows)
    }

    private static func lastHour(_ kinds: [String: [Outcome: Int]]) -> [String] {
        let columns: [(title: String, outcome: Outcome, width: Int)] = [
            ("sent", .sent, 7), ("retry", .retry, 6), ("failed", .failed, 7), ("suppr.", .suppressed, 7),
            ("expired", .expired, 8), ("cancel.", .cancelled, 8), ("unknown", .unknown, 8), ("poison", .poison, 7),
        ]
        let heading = row("the last hour", columns.map(\.title), columns.map(\.width))
        let rows = kinds.sorted { $0.key < $1.key }.map { kind, counts in
            row(kind, columns.map { String(counts[$0.outcome] ?? 0) }, columns.map(\.width))
        }
        return [heading] + (rows.isEmpty ? ["  nothing"] : rows)
    }

    private static func workers(_ workers: [QueueStatus.WorkerLease]) -> [String] {
        if workers.isEmpty { return ["workers       none: nothing is sent"] }
        return workers.enumerated().map { index, worker in
            let lease = worker.leaseLeft > 0 ? "lease for \(time(worker.leaseLeft))" : "LEASE OVER"
            let title = index == 0 ? "workers" : ""
            return "\(padded(title, 14))\(worker.id.uuidString.lowercased())  \(lease)"
        }
    }

    private static func database(_ findings: UpkeepFindings) -> [String] {
        let until = findings.historyUntil?.formatted(.iso8601) ?? "no day at all"
        var lines = ["history       has partitions until \(until)"]
        if findings.defaultHistoryRows > 0 {
            lines.append("              WITHOUT PARTITION: \(findings.defaultHistoryRows) rows")
        }
        lines.append("dead jobs     \(findings.deadJobs)")
        let scope = findings.seesAllSessions ? "" : " (of this role's sessions)"
        let pin = findings.oldestPin.map { pin in
            let age = pin.seconds.map { ", \(time($0))" } ?? ""
            return "\(pin.isStale ? "TOO OLD: " : "")\(pin.holder) \(pin.name)\(age)"
        }
        lines.append(cut("snapshots     oldest\(scope): \(pin ?? "none")"))
        if findings.notifyUsage > 0.01 { lines.append("NOTIFY queue  \(Int(findings.notifyUsage * 100)) % full") }
        return lines
    }

    private static func row(_ name: String, _ cells: [String], _ widths: [Int]) -> String {
        let kind = name.count < nameWidth ? name : "\(name.prefix(nameWidth - 2))…"
        return zip(cells, widths).reduce(padded(kind, nameWidth)) { line, cell in
            line + String(repeating: " ", count: max(1, cell.1 - cell.0.count)) + cell.0
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func cut(_ line: String) -> String {
        line.count <= width ? line : "\(line.prefix(width - 1))…"
    }

    /// A length of time in its two largest units.
    private static func time(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e12))
        return switch whole {
        case ..<60: "\(whole)s"
        case ..<3600: "\(whole / 60)m \(whole % 60)s"
        case ..<86_400: "\(whole / 3600)h \(whole % 3600 / 60)m"
        default: "\(whole / 86_400)d \(whole % 86_400 / 3600)h"
        }
    }
}
