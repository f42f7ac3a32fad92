package import Notifications
package import Outbox

/// What a courier says of a claim it was given.
package enum Report: Sendable {
    /// The claim has an outcome, to be written.
    case settle(Settlement)
    /// The letter was not tried: the job goes back, due again after this time, and no attempt is spent.
    case release(Ticket, after: Duration = .zero)

    /// The claim it is about.
    var ticket: Ticket {
        switch self {
        case .settle(let settlement): settlement.ticket
        case .release(let ticket, _): ticket
        }
    }
}
