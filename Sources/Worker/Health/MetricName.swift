/// Every metric of a worker: its name, and the line that explains it.
///
/// Labels come from fixed sets (kind, outcome, state, queue, problem): never an address, a name or an id.
package enum MetricName: String, Sendable, CaseIterable {
    case letters = "holdfast_letters_total"
    case released = "holdfast_released_total"
    case claimed = "holdfast_claimed_total"
    case staleSettles = "holdfast_stale_settles_total"
    case rescued = "holdfast_rescued_total"
    case claimTime = "holdfast_claim_seconds"
    case settleTime = "holdfast_settle_seconds"
    case letterTime = "holdfast_letter_seconds"
    case jobs = "holdfast_jobs"
    case inDoubt = "holdfast_jobs_in_doubt"
    case oldestDue = "holdfast_oldest_due_seconds"
    case backlog = "holdfast_backlog_letters"
    case outstanding = "holdfast_outstanding_claims"
    case leaseLeft = "holdfast_lease_left_seconds"
    case hears = "holdfast_listener_hears"
    case ready = "holdfast_ready"
    case problem = "holdfast_problem"
    case relayTakes = "holdfast_relay_takes_letters"
    case relayLimit = "holdfast_relay_session_limit"
    case relaySessions = "holdfast_relay_sessions"
    case journalSize = "holdfast_journal_bytes"
    case deadJobs = "holdfast_dead_job_rows"
    case oldestSnapshot = "holdfast_oldest_snapshot_seconds"
    case notifyUsage = "holdfast_notify_queue_usage"
    case defaultHistory = "holdfast_history_default_rows"

    /// What it counts or measures, and in what.
    package var help: String {
        switch self {
        case .letters: "Outcomes of tries and decisions, by kind of letter; unknown: nobody knows if it was taken."
        case .released: "Claims given back untried, by kind of letter."
        case .claimed: "Jobs claimed."
        case .staleSettles: "Outcomes that came after their claim was over: each may have been sent twice."
        case .rescued: "Jobs of lost workers that this worker put back."
        case .claimTime: "Seconds from asking for a claim to its answer."
        case .settleTime: "Seconds to write a batch of outcomes, outages of the database included."
        case .letterTime: "Seconds a courier spent on a claim, opening a session included."
        case .jobs: "Letters owed, by kind and state; counted to 100000."
        case .inDoubt: "Letters owed that a relay may have taken already, by kind; counted to 100000."
        case .oldestDue: "Seconds by which the oldest due letter of a queue is late; 0 when none is due."
        case .backlog: "Claimed letters that wait for a courier."
        case .outstanding: "Claims whose outcome is not written yet: waiting, under way, or waiting for the database."
        case .leaseLeft: "Seconds this worker may still start sends; 0 or less when it may not."
        case .hears: "1 while NOTIFY is heard, 0 while the queue is polled."
        case .ready: "1 while letters leave, as /readyz says."
        case .problem: "1 for each problem that /readyz names."
        case .relayTakes: "1 while letters go to this relay, 0 while its breaker is open or half open."
        case .relayLimit: "Sessions this relay gets at most now."
        case .relaySessions: "Sessions that carry a letter to this relay now."
        case .journalSize: "Size of the journal."
        case .deadJobs: "Dead rows of the queue's table."
        case .oldestSnapshot: "Age of the oldest snapshot that keeps vacuum from dead rows; 0 when nobody holds one."
        case .notifyUsage: "How full the server's NOTIFY queue is, 0 to 1."
        case .defaultHistory: "Rows of history without a partition of their day; counted to 100000."
        }
    }

    /// The explaining line of a metric of this name; nil when it is none of ours.
    package static func help(for name: String) -> String? { MetricName(rawValue: name)?.help }
}
