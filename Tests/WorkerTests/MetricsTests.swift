import CoreMetrics
import Notifications
import Prometheus
import Testing

@testable import Outbox
@testable import Worker

@Suite("Metrics of a worker")
struct MetricsTests {
    private let registry = PrometheusRegistry(help: MetricName.help(for:))
    private var lines: [Substring] { registry.text.split(separator: "\n") }
    private let ticket = Ticket(jobID: 1, claimNumber: 1)

    @Test("every outcome of every kind is there from the start, so that its first one is a rise from 0")
    func complete() {
        _ = WorkerMetrics(registry)
        for kind in Kind.all {
            for outcome in Outcome.allCases {
                #expect(
                    lines.contains("holdfast_letters_total{kind=\"\(kind.name)\",outcome=\"\(outcome.rawValue)\"} 0"))
            }
        }
    }

    @Test("outcomes are counted by kind and outcome, what was given back apart from them")
    func carried() {
        let metrics = WorkerMetrics(registry)
        let unknown = Report.settle(Settlement(ticket, .unknown))
        metrics.carried(unknown, kind: "portal.activate", in: .milliseconds(40))
        metrics.carried(unknown, kind: "portal.activate", in: .seconds(20))
        metrics.carried(.release(ticket), kind: "portal.activate", in: .zero)
        #expect(lines.contains("holdfast_letters_total{kind=\"portal.activate\",outcome=\"unknown\"} 2"))
        #expect(lines.contains("holdfast_letters_total{kind=\"portal.activate\",outcome=\"sent\"} 0"))
        #expect(lines.contains("holdfast_released_total{kind=\"portal.activate\"} 1"))
        #expect(lines.contains("holdfast_letter_seconds_bucket{le=\"0.05\"} 2"))
        #expect(lines.contains("holdfast_letter_seconds_count 3"))
        #expect(lines.contains("holdfast_letter_seconds_sum 20.04"))
    }

    @Test("a kind that this program does not know makes no label")
    func unknownKind() {
        let metrics = WorkerMetrics(registry)
        metrics.carried(.release(ticket), kind: "zoe@example.org", in: .zero)
        #expect(!registry.text.contains("example.org"))
    }

    @Test("the queue's depth shows every known kind and state, and unknown kinds under one label")
    func depth() {
        let gauges = WorkerGauges(factory: registry)
        let deep = QueueDepth(
            counts: [
                .init(kind: "portal.activate", state: .due, jobs: 7, inDoubt: 2),
                .init(kind: "portal.activate", state: .waiting, jobs: 1, inDoubt: 1),
                .init(kind: "newer.kind", state: .due, jobs: 4, inDoubt: 0),
                .init(kind: "newest.kind", state: .due, jobs: 5, inDoubt: 0),
            ], oldestDue: ["mail": .seconds(90)])
        gauges.show(deep)
        #expect(lines.contains("holdfast_jobs{kind=\"portal.activate\",state=\"due\"} 7.0"))
        #expect(lines.contains("holdfast_jobs{kind=\"portal.activate\",state=\"held\"} 0.0"))
        #expect(lines.contains("holdfast_jobs{kind=\"other\",state=\"due\"} 9.0"))
        #expect(lines.contains("holdfast_jobs_in_doubt{kind=\"portal.activate\"} 3.0"))
        #expect(lines.contains("holdfast_oldest_due_seconds{queue=\"mail\"} 90.0"))
        gauges.show(QueueDepth(counts: [], oldestDue: ["mail": .zero]))
        #expect(lines.contains("holdfast_jobs{kind=\"portal.activate\",state=\"due\"} 0.0"))
        #expect(lines.contains("holdfast_jobs{kind=\"other\",state=\"due\"} 0.0"))
        #expect(lines.contains("holdfast_oldest_due_seconds{queue=\"mail\"} 0.0"))
    }

    @Test("a worker's state and every problem of its health are gauges")
    func state() {
        var state = WorkerState(leaseLeft: .milliseconds(-1500))
        (state.sinceProof, state.backlog, state.outstanding) = (.zero, 3, 7)
        WorkerGauges(factory: registry).show(state, Health(state))
        #expect(lines.contains("holdfast_problem{problem=\"lease\"} 1.0"))
        #expect(lines.count { $0.hasPrefix("holdfast_problem{") } == Health.Problem.Code.allCases.count)
        #expect(lines.contains("holdfast_ready 0.0"))
        #expect(lines.contains("holdfast_lease_left_seconds -1.5"))
        #expect(lines.contains("holdfast_backlog_letters 3.0"))
        #expect(lines.contains("holdfast_outstanding_claims 7.0"))
    }
}
