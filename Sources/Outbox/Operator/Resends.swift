import FoundationEssentials
package import Notifications
package import Postgres

/// Sends letters again: to the address on file, as messages of their own.
package struct Resends: Sendable {
    let connection: Connection
    let allowList: AllowList

    /// The most letters a recipient's address stands for.
    package static let mostOfRecipient = 20

    /// Letters as this connection reaches them; `allowList` is who may be written to here.
    package init(_ connection: Connection, allowList: AllowList) {
        self.connection = connection
        self.allowList = allowList
    }

    /// Says of each letter that is meant what would become of it, one behind the other, and changes nothing.
    ///
    /// Throws what ``targets(of:most:requestID:)`` throws, and `PostgresError`.
    /// - Parameter requestID: under which it may have been done before.
    package func plan(
        _ selection: ResendSelection, _ options: ResendOptions, requestID: String? = nil
    ) async throws -> [ResendPlan] {
        var plans: [ResendPlan] = []
        var tally = ResendTally()
        for group in try await targets(of: selection, requestID: requestID).groups {
            guard let plan = try await plan(group, options, requestID: requestID, after: &tally) else { continue }
            plans.append(plan)
            if case .recipient = selection, plans.count == Self.mostOfRecipient { break }
        }
        return plans
    }

    /// The same for one group of ``targets(of:most:requestID:)``: its first letter that fits how its subject stands, or else its
    /// first letter and why it does not; nil for an empty one.
    /// - Parameter tally: what was planned before it; counts on.
    package func plan(
        _ group: [ResendTarget], _ options: ResendOptions, requestID: String? = nil, after tally: inout ResendTally
    ) async throws -> ResendPlan? {
        var first: ResendPlan?
        for target in group {
            let rehearsal = try await rehearse(target, options, requestID: requestID)
            let plan = tally.count(rehearsal)
            guard case .refused(let refusal) = plan.verdict, refusal.isUnfit else { return plan }
            first = first ?? plan
        }
        return first
    }

    /// Owes a letter of a plan again, with its line in the audit: judged anew under the locks of its subject, so that of
    /// two operators who do it at once one is refused.
    ///
    /// Throws `PostgresError`: then nothing was done. A connection that is lost during the commit leaves it unknown; the
    /// same request again finds out.
    package func send(
        _ plan: ResendPlan, _ options: ResendOptions, _ note: OperatorNote
    ) async throws -> ResendResult {
        try await send(plan.target, options, note, action: "resend")
    }
}
