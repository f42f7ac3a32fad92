import FoundationEssentials
import Outbox

/// The queue at a glance, as lines of at most 80 columns; a pure value.
struct StatusPage {
    let lines: [StyledLine]

    init(_ status: QueueStatus, _ outlook: QueueOutlook) {
        lines =
            Self.pauses(status.pauses) + Self.queue(status.queue) + [""] + Self.lastHour(status.lastHour) + [""]
            + Self.outlook(outlook) + [""] + Self.workers(status.workers) + Self.database(status.findings)
    }

    private static let width = 80
    private static let nameWidth = 22

    private static func pauses(_ pauses: [Pause]) -> [StyledLine] {
        pauses.map { pause in
            let kind = pause.kind == StopSwitch.everything ? "all letters" : pause.kind
            return (StyledLine("STOPPED", .bad) + " \(kind) \(pause.origin)").cut(to: width)
        }
    }

    private static func queue(_ queue: [QueueStatus.Depth]) -> [StyledLine] {
        let widths = [9, 9, 9, 8, 10, 13]
        let titles = ["due", "later", "sending", "held", "in doubt", "oldest due"].map { StyledLine($0, .strong) }
        let rows = queue.map { depth in
            let counts = [depth.due, depth.later, depth.running].map { StyledLine("\($0)") }
            let trouble = [depth.held, depth.inDoubt].map { StyledLine("\($0)", $0 > 0 ? .warning : .plain) }
            let oldest = depth.oldestDue.map { StyledLine("\(TimeSpan(seconds: $0))") } ?? "-"
            return row(StyledLine(depth.kind), counts + trouble + [oldest], widths)
        }
        return [row(StyledLine("owed", .strong), titles, widths)] + (rows.isEmpty ? ["  nothing"] : rows)
    }

    private static func lastHour(_ kinds: [String: [Outcome: Int]]) -> [StyledLine] {
        let columns: [(title: String, outcome: Outcome, width: Int)] = [
            ("sent", .sent, 7), ("retry", .retry, 6), ("failed", .failed, 7), ("suppr.", .suppressed, 7),
            ("expired", .expired, 8), ("cancel.", .cancelled, 8), ("unknown", .unknown, 8), ("poison", .poison, 7),
        ]
        let heading = row(
            StyledLine("the last hour", .strong), columns.map { StyledLine($0.title, .strong) }, columns.map(\.width))
        let rows = kinds.sorted { $0.key < $1.key }.map { kind, counts in
            let cells = columns.map { column in
                let count = counts[column.outcome] ?? 0
                return StyledLine("\(count)", count > 0 ? column.outcome.style : .plain)
            }
            return row(StyledLine(kind), cells, columns.map(\.width))
        }
        return [heading] + (rows.isEmpty ? ["  nothing"] : rows)
    }

    private static func outlook(_ outlook: QueueOutlook) -> [StyledLine] {
        let rates = outlook.sentPerMinute.map { "\(($0 * 10).rounded() / 10)" }
        let next = outlook.nextRetry.map { ", the next at \($0.formatted(.iso8601))" } ?? ""
        var lines = [
            fact("sent", "\(rates.joined(separator: ", ")) a minute over 1, 5 and 15 minutes"),
            fact("retries", "\(outlook.retries), of them due \(outlook.retriesDue)\(next)"),
            fact(
                "ahead",
                "\(outlook.scheduled) for later" + (outlook.horizon.map { ", until \($0.formatted(.iso8601))" } ?? "")),
        ]
        for (name, age) in [("in doubt", outlook.oldestDoubt), ("held", outlook.oldestHeld)] {
            guard let age else { continue }
            lines.append(fact(name, StyledLine("the oldest for \(TimeSpan(seconds: age))", .warning)))
        }
        return lines
    }

    private static func workers(_ workers: [QueueStatus.WorkerLease]) -> [StyledLine] {
        if workers.isEmpty { return [fact("workers", StyledLine("none: nothing is sent", .warning))] }
        return workers.enumerated().flatMap { index, worker in
            let lease: StyledLine =
                worker.leaseLeft > 0
                ? "lease for \(TimeSpan(seconds: worker.leaseLeft))" : StyledLine("LEASE OVER", .bad)
            let process = worker.pid.map { "  pid \($0)" } ?? ""
            let line = "\(worker.id.uuidString.lowercased())  " + lease + StyledLine(process)
            return [fact(index == 0 ? "workers" : "", line)] + worker.relays.flatMap(relay)
        }
    }

    private static func relay(_ relay: WorkerRelay) -> [StyledLine] {
        let isClosed = relay.breaker == "closed"
        let state = StyledLine(
            isClosed ? "takes letters" : "BREAKER \(relay.breaker.uppercased())", isClosed ? .good : .bad)
        let sessions: StyledLine = ", \(relay.sessionsInUse) of \(relay.limit) sessions in use"
        let trouble = relay.trouble.map { StyledLine($0).wrapped(to: width - 18).map { fact("", "    " + $0) } } ?? []
        return [fact("", "  \(relay.name)  " + state + sessions)] + trouble
    }

    private static func database(_ findings: UpkeepFindings) -> [StyledLine] {
        let until = findings.historyUntil?.formatted(.iso8601) ?? "no day at all"
        var lines = [fact("history", "has partitions until \(until)")]
        if findings.defaultHistoryRows > 0 {
            lines.append(fact("", StyledLine("WITHOUT PARTITION: \(findings.defaultHistoryRows) rows", .warning)))
        }
        lines.append(fact("dead jobs", "\(findings.deadJobs)"))
        let scope = findings.seesAllSessions ? "" : " (of this role's sessions)"
        let pin: StyledLine? = findings.oldestPin.map { pin in
            let age = pin.seconds.map { ", \(TimeSpan(seconds: $0))" } ?? ""
            let words: StyledLine = "\(pin.holder) \(pin.name)\(age)"
            return pin.isStale ? StyledLine("TOO OLD: ", .warning) + words : words
        }
        lines.append(fact("snapshots", "oldest\(scope): " + (pin ?? "none")))
        if findings.notifyUsage > 0.01 {
            lines.append(fact("NOTIFY queue", "\(Int(findings.notifyUsage * 100)) % full"))
        }
        return lines
    }

    /// A name and what is to be said of it.
    private static func fact(_ name: String, _ text: StyledLine) -> StyledLine {
        (StyledLine(name, .strong).padded(to: 14) + text).cut(to: width)
    }

    private static func row(_ name: StyledLine, _ cells: [StyledLine], _ widths: [Int]) -> StyledLine {
        zip(cells, widths).reduce(name.cut(to: nameWidth - 1).padded(to: nameWidth)) { line, cell in
            line + (cell.0.columns < cell.1 ? cell.0.padded(to: cell.1, .trailing) : " " + cell.0)
        }
    }
}
