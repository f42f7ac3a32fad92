import FoundationEssentials
import Outbox

/// What the state of the queue means.
extension Diagnosis {
    /// - Parameter seconds: for how long it is kept; nil where the server does not say.
    static func staleSnapshot(_ holder: String, _ name: String, seconds: Double?) -> Diagnosis {
        let since = seconds.map { " for \(counted(Int($0 / 60), "minute"))" } ?? ""
        let remedy =
            switch holder {
            case "session": "let it end its transaction, or SELECT pg_terminate_backend(\(name))"
            case "replication slot": "let its reader catch up, or SELECT pg_drop_replication_slot('\(name)')"
            case "prepared transaction": "COMMIT or ROLLBACK PREPARED it; pg_prepared_xacts has its name"
            default: "end the long query there, or turn hot_standby_feedback off"
            }
        return .warn(
            "xmin horizon", "\(holder) \(name) has kept a snapshot\(since), and vacuum from the queue's dead rows",
            mend: remedy)
    }

    static func snapshots(_ findings: UpkeepFindings, role: String) -> Diagnosis {
        if let pin = findings.oldestPin, pin.isStale {
            return staleSnapshot(pin.holder, pin.name, seconds: pin.seconds)
        }
        guard findings.seesAllSessions else {
            return .warn(
                "xmin horizon", "only the snapshots of role \(role) itself can be seen",
                mend: "GRANT pg_read_all_stats TO \"\(role)\", as a superuser")
        }
        return .ok("xmin horizon", "nobody keeps an old snapshot")
    }

    static func deadRows(_ number: Int) -> Diagnosis {
        if number <= 20_000 { return .ok("dead rows", "\(number) in holdfast.job") }
        return .warn(
            "dead rows", "\(number) in holdfast.job, and every claim reads past them",
            mend: "mend the xmin horizon first, then VACUUM holdfast.job; see that autovacuum is on")
    }

    static func notifyQueue(usage: Double) -> Diagnosis {
        let finding = "the server's queue of notifications is \(Int(usage * 100)) % full"
        if usage < 0.1 { return .ok("notify queue", finding) }
        let remedy = "end the session that listens and keeps a transaction open: once it is full, nobody can commit"
        return usage < 0.5 ? .warn("notify queue", finding, mend: remedy) : .fail("notify queue", finding, mend: remedy)
    }

    static func partitions(until end: Date?, defaultRows: Int, now: Date) -> Diagnosis {
        let remedy = "start a worker, which makes them every hour, or SELECT holdfast.create_history_partitions()"
        guard let end, end > now else {
            return .fail("partitions", "history has no partition for today", mend: remedy)
        }
        let days = Int(end.timeIntervalSince(now) / 86_400)
        let finding = "history has them for \(counted(days, "day")) ahead"
        if days < 7 { return .warn("partitions", finding, mend: remedy) }
        guard defaultRows == 0 else {
            return .warn(
                "partitions", "\(counted(defaultRows, "row")) of history have no partition of their day",
                mend: "start a worker, which moves them every hour, or SELECT holdfast.sort_history()")
        }
        return .ok("partitions", finding)
    }

    static func stops(_ pauses: [Pause]) -> Diagnosis {
        if pauses.isEmpty { return .ok("stops", "no letters are stopped") }
        let details = pauses.map { "\($0.letters), since \($0.since.formatted(.iso8601)) by \($0.operatorName)" }
        return .warn(
            "stops", "\(counted(pauses.count, "stop")) stands; what is owed waits", details,
            mend: "holdfast resume --reason TEXT, with --kind for one kind")
    }

    static func backlog(_ backlog: Backlog) -> [Diagnosis] {
        func line(_ check: String, _ number: Int, _ finding: String, mend remedy: String) -> Diagnosis {
            number == 0 ? .ok(check, "none") : .warn(check, "\(counted(number, "letter")) \(finding)", mend: remedy)
        }
        let oldest = counted(Int((backlog.oldestOverdue ?? 0) / 60), "minute")
        return [
            line(
                "overdue", backlog.overdue, "should have left, the oldest \(oldest) ago",
                mend: "see the lines about workers and relays, and HOLDFAST_SMTP_RATE"),
            line(
                "held", backlog.held, "held back for you to decide",
                mend: "holdfast release --state held --dry-run names them; then holdfast release or holdfast cancel"),
            line(
                "suspects", backlog.suspects, "brought workers down twice",
                mend: "see the workers' logs of those ends; a worker carries each one alone, and gives it up if it must"
            ),
            line(
                "in doubt", backlog.oldDoubts, "in doubt for more than an hour",
                mend: "see that a worker runs and a relay lets it in: the same bytes are sent once more"),
        ]
    }

    static func workers(_ force: Workforce, version: String) -> Diagnosis {
        if force.alive == 0 {
            return .warn("workers", "none is alive: nothing is sent", mend: "start 'holdfast worker'")
        }
        let finding = "\(counted(force.alive, "worker")) alive"
        if force.lapsed > 0 {
            return .warn(
                "workers", "\(finding), and \(force.lapsed) lost without a word",
                mend: "look again in a minute: the others take its letters over; if it stays, see their logs")
        }
        let others = force.versions.filter { $0 != version }
        guard others.isEmpty else {
            return .warn(
                "workers", "\(finding), some with holdfast \(others.joined(separator: ", ")); this is \(version)",
                mend: "restart them with this version")
        }
        return .ok("workers", finding)
    }
}
