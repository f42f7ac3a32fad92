import FoundationEssentials
import Outbox

/// The queue at a glance, as lines; a pure value.
struct StatusPage {
    private(set) var lines: [StyledLine] = []
    private let columns: Int

    /// Tells it in lines of at most so many columns, and leaves nothing out: what is too long goes on in the next line.
    init(_ status: QueueStatus, _ outlook: QueueOutlook, columns: Int) {
        self.columns = columns
        for pause in status.pauses { tell(pause) }
        tell(status.queue)
        lines.append("")
        tell(status.lastHour)
        lines.append("")
        tell(outlook)
        lines.append("")
        tell(status.workers)
        tell(status.findings)
    }

    private mutating func tell(_ pause: Pause) {
        let kind = pause.kind == StopSwitch.everything ? "all letters" : pause.kind
        let line = StyledLine("STOPPED", .bad) + " \(kind) \(pause.origin)"
        lines += line.paragraph(within: columns, further: 2)
    }

    private mutating func tell(_ queue: [QueueStatus.Depth]) {
        let widths = [9, 9, 9, 8, 10, 13]
        let titles = zip(["due", "later", "sending", "held", "in doubt", "oldest due"], widths).map {
            Column(title: $0, width: $1)
        }
        let rows = queue.map { depth in
            let counts = [depth.due, depth.later, depth.running].map { StyledLine("\($0)") }
            let trouble = [depth.held, depth.inDoubt].map { StyledLine("\($0)", $0 > 0 ? .warning : .plain) }
            let oldest = depth.oldestDue.map { StyledLine("\(TimeSpan(seconds: $0))") } ?? "-"
            return (depth.kind, counts + trouble + [oldest])
        }
        tell("owed", titles, rows)
    }

    private mutating func tell(_ kinds: [String: [Outcome: Int]]) {
        let outcomes: [Outcome] = [.sent, .retry, .failed, .suppressed, .expired, .cancelled, .unknown, .poison]
        let titles = zip(
            ["sent", "retry", "failed", "suppr.", "expired", "cancel.", "unknown", "poison"], [7, 6, 7, 7, 8, 8, 8, 7]
        ).map { Column(title: $0, width: $1) }
        let rows = kinds.sorted { $0.key < $1.key }.map { kind, counts in
            let cells = outcomes.map { outcome in
                let count = counts[outcome] ?? 0
                return StyledLine("\(count)", count > 0 ? outcome.style : .plain)
            }
            return (kind, cells)
        }
        tell("the last hour", titles, rows)
    }

    private mutating func tell(_ outlook: QueueOutlook) {
        let rates = outlook.sentPerMinute.map { "\(($0 * 10).rounded() / 10)" }
        let next = outlook.nextRetry.map { ", the next at \($0.formatted(.iso8601))" } ?? ""
        fact("sent", "\(rates.joined(separator: ", ")) a minute over 1, 5 and 15 minutes")
        fact("retries", "\(outlook.retries), of them due \(outlook.retriesDue)\(next)")
        let horizon = outlook.horizon.map { ", until \($0.formatted(.iso8601))" } ?? ""
        fact("ahead", "\(outlook.scheduled) for later\(horizon)")
        if let age = outlook.oldestDoubt {
            fact("in doubt", StyledLine("the oldest for \(TimeSpan(seconds: age))", .warning))
        }
        if outlook.held > 0 {
            let oldest = outlook.oldestHeldDoubt.map { ", the oldest for \(TimeSpan(seconds: $0))" } ?? ""
            let counts = StyledLine("\(outlook.held), of them in doubt \(outlook.heldInDoubt)\(oldest)", .warning)
            fact("held", counts + ": 'holdfast release --state held --dry-run' lists them")
        }
    }

    private mutating func tell(_ workers: [QueueStatus.WorkerLease]) {
        if workers.isEmpty { fact("workers", StyledLine("none: nothing is sent", .warning)) }
        for (index, worker) in workers.enumerated() {
            let lease: StyledLine =
                worker.leaseLeft > 0
                ? "lease for \(TimeSpan(seconds: worker.leaseLeft))" : StyledLine("LEASE OVER", .bad)
            let process = worker.pid.map { "  pid \($0)" } ?? ""
            fact(index == 0 ? "workers" : "", "\(worker.id.text)  " + lease + StyledLine(process))
            for relay in worker.relays { tell(relay) }
        }
    }

    private mutating func tell(_ relay: WorkerRelay) {
        let isClosed = relay.breaker == "closed"
        let state = StyledLine(
            isClosed ? "takes letters" : "BREAKER \(relay.breaker.uppercased())", isClosed ? .good : .bad)
        let sessions = ", \(relay.sessionsInUse) of \(relay.limit) sessions in use: \(relay.name)"
        fact("", state + StyledLine(sessions), indent: 2)
        if let trouble = relay.trouble { fact("", StyledLine(trouble), indent: 4) }
    }

    private mutating func tell(_ findings: UpkeepFindings) {
        fact("history", "has partitions until \(findings.historyUntil?.formatted(.iso8601) ?? "no day at all")")
        if findings.defaultHistoryRows > 0 {
            fact("", StyledLine("WITHOUT PARTITION: \(findings.defaultHistoryRows) rows", .warning))
        }
        fact("dead jobs", "\(findings.deadJobs)")
        let scope = findings.seesAllSessions ? "" : " (of this role's sessions)"
        let pin: StyledLine? = findings.oldestPin.map { pin in
            let age = pin.seconds.map { ", \(TimeSpan(seconds: $0))" } ?? ""
            let words: StyledLine = "\(pin.holder) \(pin.name)\(age)"
            return pin.isStale ? StyledLine("TOO OLD: ", .warning) + words : words
        }
        fact("snapshots", "oldest\(scope): " + (pin ?? "none"))
        if findings.notifyUsage > 0.01 { fact("NOTIFY queue", "\(Int(findings.notifyUsage * 100)) % full") }
    }
}

// Layout.
extension StatusPage {
    /// A column of numbers, each at its right.
    private struct Column {
        let title: String
        let width: Int
    }

    /// A name and what is to be said of it: beside it where there is room, or else right behind it.
    private mutating func fact(_ name: String, _ text: StyledLine, indent: Int = 0) {
        let isNarrow = columns < 60
        let further = (isNarrow ? 2 : 14) + indent
        if isNarrow, !name.isEmpty {
            lines += (StyledLine(name, .strong) + " " + text).paragraph(within: columns, further: further)
        } else {
            let rows = text.paragraph(within: columns - further, further: 0)
            let heads = [StyledLine(name, .strong)] + Array(repeating: "", count: rows.count - 1)
            lines += zip(heads, rows).map { $0.padded(to: further) + $1 }
        }
    }

    /// Counts in columns; where there is no room for them each row in words, without what is none.
    private mutating func tell(_ heading: String, _ titles: [Column], _ rows: [(String, [StyledLine])]) {
        let nameWidth = rows.reduce(21) { max($0, StyledLine($1.0).columns) } + 1
        let isTable = titles.reduce(nameWidth) { $0 + $1.width } <= columns
        let heads = titles.map { StyledLine($0.title, .strong) }
        lines.append(
            isTable
                ? row(StyledLine(heading, .strong).padded(to: nameWidth), heads, titles) : StyledLine(heading, .strong))
        if rows.isEmpty { lines.append("  nothing") }
        for (name, cells) in rows {
            if isTable {
                lines.append(row(StyledLine(name).padded(to: nameWidth), cells, titles))
            } else {
                lines += words(name, cells, titles).paragraph(within: columns, indent: 2, further: 4)
            }
        }
    }

    private func row(_ name: StyledLine, _ cells: [StyledLine], _ titles: [Column]) -> StyledLine {
        zip(cells, titles).reduce(name) { line, cell in
            line + (cell.0.columns < cell.1.width ? cell.0.padded(to: cell.1.width, .trailing) : " " + cell.0)
        }
    }

    private func words(_ name: String, _ cells: [StyledLine], _ titles: [Column]) -> StyledLine {
        let told = zip(titles, cells).filter { !["0", "-"].contains($1.text) }.map { StyledLine("\($0.title) ") + $1 }
        return told.dropFirst().reduce(StyledLine("\(name): ") + (told.first ?? "none")) { $0 + ", " + $1 }
    }
}
