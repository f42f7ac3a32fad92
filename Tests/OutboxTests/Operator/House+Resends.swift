import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

/// An operator who sends letters again.
extension House {
    var resends: Resends { Resends(connection, allowList: .everybody) }

    /// The one plan there is for a selection.
    func plan(
        _ selection: ResendSelection, _ options: ResendOptions = ResendOptions(), requestID: String? = nil
    ) async throws -> ResendPlan {
        let plans = try await resends.plan(selection, options, requestID: requestID)
        try #require(plans.count == 1)
        return plans[0]
    }

    /// Plans and does it; the plan and what is done are the same.
    @discardableResult
    func resend(
        _ selection: ResendSelection, _ options: ResendOptions = ResendOptions(), requestID: String? = nil
    ) async throws -> ResendResult {
        let plan = try await plan(selection, options, requestID: requestID)
        let result = try await resends.send(plan, options, Self.note(requestID))
        switch (plan.verdict, result) {
        case (.send, .sent), (.done, .done): break
        case (.refused(let planned), .refused(let done)): #expect(planned == done)
        default: Issue.record("planned \(plan.verdict), and did \(result)")
        }
        return result
    }
}

extension ResendResult {
    /// The number of the letter that is owed for it.
    var sent: Int64? { if case .sent(let id) = self { id } else { nil } }
}

extension ResendResult {
    /// Why not.
    var refusal: ResendRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

extension ResendPlan.Verdict {
    /// Why not.
    var refusal: ResendRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

extension ResendRefusal {
    /// Where the letter stands that is owed still.
    var open: Open? { if case .stillOwed(_, let state, _) = self { state } else { nil } }
}
