import FoundationEssentials
import Outbox

/// The queue at a glance as JSON; times in seconds.
struct StatusReport: Encodable {
    struct Depth: Encodable {
        let kind: String
        let due: Int
        let later: Int
        let sending: Int
        let held: Int
        let inDoubt: Int
        let oldestDue: Double?
    }

    struct WorkerLease: Encodable {
        let id: String
        let startedAt: Date
        let leaseLeft: Double
        let version: String?
        let pid: String?
        let relays: [WorkerRelay]
    }

    struct Rate: Encodable {
        let last1Minute: Double
        let last5Minutes: Double
        let last15Minutes: Double
    }

    struct Outlook: Encodable {
        let sentPerMinute: Rate
        let retries: Int
        let retriesDue: Int
        let nextRetry: Date?
        let oldestInDoubt: Double?
        let oldestHeldInDoubt: Double?
        let held: Int
        let heldInDoubt: Int
        let scheduled: Int
        let horizon: Date?
    }

    struct Pin: Encodable {
        let holder: String
        let name: String
        let age: Double?
        let transactions: Int
        let isTooOld: Bool
    }

    struct Database: Encodable {
        let historyUntil: Date?
        let historyWithoutPartition: Int
        let deadJobs: Int
        let notifyUsage: Double
        let oldestSnapshot: Pin?
        let seesAllSessions: Bool
    }

    let owed: [Depth]
    let lastHour: [String: [String: Int]]
    let outlook: Outlook
    let paused: [PauseReport]
    let workers: [WorkerLease]
    let database: Database

    init(_ status: QueueStatus, _ outlook: QueueOutlook) {
        self.outlook = Outlook(outlook)
        owed = status.queue.map { depth in
            Depth(
                kind: depth.kind, due: depth.due, later: depth.later, sending: depth.running, held: depth.held,
                inDoubt: depth.inDoubt, oldestDue: depth.oldestDue)
        }
        lastHour = status.lastHour.mapValues { counts in
            Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.rawValue, counts[$0] ?? 0) })
        }
        paused = status.pauses.map(PauseReport.init)
        workers = status.workers.map { worker in
            WorkerLease(
                id: worker.id.text, startedAt: worker.startedAt, leaseLeft: worker.leaseLeft,
                version: worker.version, pid: worker.pid, relays: worker.relays)
        }
        database = Database(status.findings)
    }
}

extension StatusReport.Outlook {
    fileprivate init(_ outlook: QueueOutlook) {
        let rates = outlook.sentPerMinute
        sentPerMinute = StatusReport.Rate(last1Minute: rates[0], last5Minutes: rates[1], last15Minutes: rates[2])
        retries = outlook.retries
        retriesDue = outlook.retriesDue
        nextRetry = outlook.nextRetry
        oldestInDoubt = outlook.oldestDoubt
        oldestHeldInDoubt = outlook.oldestHeldDoubt
        held = outlook.held
        heldInDoubt = outlook.heldInDoubt
        scheduled = outlook.scheduled
        horizon = outlook.horizon
    }
}

extension StatusReport.Database {
    fileprivate init(_ findings: UpkeepFindings) {
        historyUntil = findings.historyUntil
        historyWithoutPartition = findings.defaultHistoryRows
        deadJobs = findings.deadJobs
        notifyUsage = findings.notifyUsage
        oldestSnapshot = findings.oldestPin.map { pin in
            StatusReport.Pin(
                holder: pin.holder, name: pin.name, age: pin.seconds, transactions: pin.transactions,
                isTooOld: pin.isStale)
        }
        seesAllSessions = findings.seesAllSessions
    }
}
