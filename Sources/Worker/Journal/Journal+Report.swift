import Notifications
import Outbox

extension Journal {
    /// Notes what a report means for the letter, before it is written: a relay's word, its silence, or that none was asked.
    ///
    /// Doubt was noted before the final dot left. A note that fails changes nothing: the letter has left, and is in doubt
    /// should the process be killed before the report is written.
    func heard(_ report: Report) {
        switch report {
        case .settle(let settlement) where settlement.outcome == .sent:
            _ = note(.outcome(JournalOutcome(settlement)))
        case .settle(let settlement) where settlement.outcome == .unknown: break
        case .settle, .release:
            _ = note(.notTaken(report.ticket))
        }
    }
}
