import CoreMetrics
import Notifications
import Outbox

/// What can be read off a worker and its queue at any time, as gauges.
struct WorkerGauges: Sendable {
    let factory: any MetricsFactory

    /// Kinds this program does not know go under one label, so that labels stay a fixed set.
    private static let otherKinds = "other"

    /// Shows a worker's state and its judgement.
    func show(_ state: WorkerState, _ health: Health) {
        set(.backlog, Double(state.backlog))
        set(.outstanding, Double(state.outstanding))
        set(.leaseLeft, state.leaseLeft / .seconds(1))
        set(.hears, state.hears ? 1 : 0)
        set(.ready, [.ready, .degraded].contains(health.status) ? 1 : 0)
        show(state.relays)
        if let size = state.journalSize { set(.journalSize, Double(size)) }
        if let findings = state.findings { show(findings) }
        let problems = Set(health.problems.map(\.code))
        for code in Health.Problem.Code.allCases {
            set(.problem, problems.contains(code) ? 1 : 0, [("problem", code.rawValue)])
        }
    }

    /// Shows how a worker's relays stand, by their address without user.
    private func show(_ relays: [RelayState]) {
        for relay in relays {
            let label = [("relay", relay.name)]
            set(.relayTakes, relay.state == .closed ? 1 : 0, label)
            set(.relayLimit, Double(relay.limit), label)
            set(.relaySessions, Double(relay.sessionsInUse), label)
        }
    }

    private func show(_ findings: UpkeepFindings) {
        set(.deadJobs, Double(findings.deadJobs))
        set(.oldestSnapshot, findings.oldestPin?.seconds ?? 0)
        set(.notifyUsage, findings.notifyUsage)
        set(.defaultHistory, Double(findings.defaultHistoryRows))
    }

    /// Shows how deep the queue is; every known kind and state, so that what is gone reads 0.
    func show(_ depth: QueueDepth) {
        let known = Set(Kind.all.map(\.name))
        let counts = Dictionary(grouping: depth.counts) { known.contains($0.kind) ? $0.kind : Self.otherKinds }
        for kind in known.union([Self.otherKinds]) {
            let ofKind = counts[kind] ?? []
            for state in QueueDepth.State.allCases {
                let jobs = ofKind.filter { $0.state == state }.reduce(0) { $0 + $1.jobs }
                set(.jobs, Double(jobs), [("kind", kind), ("state", state.rawValue)])
            }
            set(.inDoubt, Double(ofKind.reduce(0) { $0 + $1.inDoubt }), [("kind", kind)])
        }
        for (queue, age) in depth.oldestDue { set(.oldestDue, age / .seconds(1), [("queue", queue)]) }
    }

    private func set(_ name: MetricName, _ value: Double, _ labels: [(String, String)] = []) {
        Meter(label: name.rawValue, dimensions: labels, factory: factory).set(value)
    }
}
