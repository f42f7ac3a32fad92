import BookingLinks
import FoundationEssentials
import Notifications
import Postgres

/// A plan is the real thing in a transaction that is rolled back, so that it cannot differ from what is done.
extension Resends {
    /// Ends the transaction of a plan.
    private struct Planned: Error {
        let rehearsal: ResendRehearsal
    }

    /// Ends the transaction of what is not to be.
    private struct Refused: Error {
        let refusal: ResendRefusal
    }

    /// Owes a letter again, judges it and takes it back.
    func rehearse(_ target: ResendTarget, _ options: ResendOptions, requestID: String?) async throws -> ResendRehearsal
    {
        let note = try OperatorNote(operatorName: "plan", reason: "plan", requestID: requestID)
        do {
            return try await connection.withTransaction { transaction in
                throw Planned(rehearsal: try await owe(target, options, note, "resend", transaction))
            }
        } catch let end as Planned {
            return end.rehearsal
        } catch let error as PostgresError {
            guard let refusal = ResendRefusal(error) else { throw error }
            let plan = ResendPlan(target: target, recipient: nil, isStopped: false, verdict: .refused(refusal))
            return ResendRehearsal(plan: plan, jobID: target.jobID)
        }
    }

    /// Owes a letter again, judges it, and takes it back unless it may leave.
    func send(
        _ target: ResendTarget, _ options: ResendOptions, _ note: OperatorNote, action: String
    ) async throws -> ResendResult {
        do {
            return try await connection.withTransaction { transaction in
                let rehearsal = try await owe(target, options, note, action, transaction)
                switch rehearsal.plan.verdict {
                case .send: return .sent(rehearsal.jobID)
                case .done(let id): return .done(id)
                case .refused(let refusal): throw Refused(refusal: refusal)
                }
            }
        } catch let end as Refused {
            return .refused(end.refusal)
        } catch let error as PostgresError {
            guard let refusal = ResendRefusal(error) else { throw error }
            return .refused(refusal)
        }
    }

    private func owe(
        _ target: ResendTarget, _ options: ResendOptions, _ note: OperatorNote, _ action: String,
        _ transaction: Connection
    ) async throws -> ResendRehearsal {
        let rows = try await transaction.query(
            Statement(
                "resend", SQL.resend,
                [
                    .int8(target.jobID), .text(note.operatorName), .text(note.reason),
                    .optional(note.requestID, Parameter.text), .text(action), .bool(options.rotate),
                    .bool(options.evenSuppressed),
                ], prepared: true))
        guard let row = rows.first else { throw OperatorError.unknown("there is no job \(target.jobID)") }
        if let done = try row.decodeIfPresent("done_job_id", as: Int64.self) {
            let isOther = try row.decode("is_other", as: Bool.self)
            let plan = ResendPlan(
                target: target, recipient: nil, isStopped: false,
                verdict: isOther ? .refused(.otherRequest(done)) : .done(done))
            return ResendRehearsal(plan: plan, jobID: done)
        }
        let jobID = try row.decode("job_id", as: Int64.self)
        let claim = try await read(jobID, transaction)
        let ended = try await endLinks(claim, options, row, transaction)
        let refusal = try await refusal(of: claim, options, row, ended, transaction)
        let plan = ResendPlan(
            target: target, recipient: (claim.facts.subject?.recipient.address).map(MaskedAddress.init),
            isStopped: try row.decode("stopped"), verdict: refusal.map(ResendPlan.Verdict.refused) ?? .send,
            endedLinks: refusal == nil ? ended.links : [:])
        return ResendRehearsal(
            plan: plan, jobID: jobID, subjectLeft: try row.decode("subject_left"),
            addressLeft: try row.decodeIfPresent("address_left"), tomorrow: claim.readAt + 86_400)
    }

    private static let rehearsedLinks =
        "SELECT d.*, d.kid AS active_kid, false AS revoked FROM (\n\(SQL.dueLinks)) AS d"

    /// What a worker's claim of this job would return; the links that it would issue are issued by that claim alone.
    private func read(_ jobID: Int64, _ transaction: Connection) async throws -> Claim {
        let reading = [
            Statement("rehearse", SQL.rehearse, [.int8(jobID)], prepared: true),
            Statement("rehearsed_job", SQL.rehearsedJob, [.int8(jobID)], prepared: true),
            Statement("rehearsed_links", Self.rehearsedLinks, prepared: true),
        ]
        let results = try await transaction.pipeline(
            reading + FactSource.all.map { Statement($0.name, $0.sql, prepared: true) })
        guard let row = results[1].first else { throw MalformedFact("rehearsed_job has no row") }
        var facts: Facts?
        for (source, rows) in zip(FactSource.all, results.dropFirst(reading.count)) {
            facts = try facts ?? source.facts(rows)[jobID]
        }
        return Claim(
            job: try Job(row), facts: facts ?? .gone, links: try results[2].map(IssuedLink.init),
            dueAt: try row.decode("run_at"), readAt: try row.decode("now"))
    }

    /// What became of the links that a letter replaces.
    private struct EndedLinks {
        /// Each that works no more, and its purpose.
        var links: [UUID: String] = [:]
        /// None ended: this letter may be arriving with some of them.
        var underWay: Int64?
    }

    /// Ends the older links of the purposes that the letter brings anew, if that is asked for and it may leave for all
    /// that is owed.
    private func endLinks(
        _ claim: Claim, _ options: ResendOptions, _ row: Row, _ transaction: Connection
    ) async throws -> EndedLinks {
        var ended = EndedLinks()
        guard options.rotate, try row.decodeIfPresent("open_job_id", as: Int64.self) == nil else { return ended }
        let purposes = claim.links.map(\.purpose.rawValue)
        let rows = try await transaction.query(
            Statement(
                "end_links", SQL.endLinks, [.int8(claim.job.ticket.jobID), .textArray(purposes)], prepared: true))
        for row in rows {
            ended.underWay = try row.decodeIfPresent("under_way_job_id")
            if let jti = try row.decodeIfPresent("jti", as: UUID.self) { ended.links[jti] = try row.decode("purpose") }
        }
        return ended
    }

    /// What stands against a letter; what nobody can help comes first.
    private func refusal(
        of claim: Claim, _ options: ResendOptions, _ row: Row, _ ended: EndedLinks, _ transaction: Connection
    ) async throws -> ResendRefusal? {
        let verdict = try await judge(claim, transaction)
        if let verdict, verdict.isUnfit { return verdict }
        if let open = try row.decodeIfPresent("open_job_id", as: Int64.self) {
            let state = ResendRefusal.Open(rawValue: try row.decode("open_state")) ?? .held
            return .stillOwed(open, state, dueAt: try row.decode("open_run_at"))
        }
        if let verdict { return verdict }
        if let other = ended.underWay { return .linksUnderWay(other) }
        if let until = try row.decodeIfPresent("free_at", as: Date.self) {
            return try row.decode("is_daily") ? .tooMany(until: until) : .tooSoon(until: until)
        }
        return options.rotate && claim.links.isEmpty ? .noLinks : nil
    }

    private func judge(_ claim: Claim, _ transaction: Connection) async throws -> ResendRefusal? {
        guard let kind = Kind.named(claim.job.kind) else { return .unknownKind(claim.job.kind) }
        switch kind.decision(on: claim, allowing: allowList) {
        case .send: return nil
        case .undecided(let fact): return .undecided(fact)
        case .suppress(.addressSuppressed): return try await suppression(of: claim, transaction)
        case .suppress(let refusal), .expire(let refusal): return .unwanted(refusal)
        }
    }

    private func suppression(of claim: Claim, _ transaction: Connection) async throws -> ResendRefusal {
        let address = claim.facts.subject?.recipient.address ?? ""
        let rows = try await transaction.query(
            Statement("suppression_of", SQL.suppressionOf, [.text(address), .text(claim.job.kind)]))
        // Lifted between the two statements: the next try finds out.
        guard let row = rows.first else { return .unwanted(.addressSuppressed) }
        let reason = try row.decode("reason", as: String.self)
        return reason == "complaint"
            ? .complained : .suppressed(reason, until: try row.decodeIfPresent("until"))
    }
}

extension ResendRefusal {
    /// What the database says of one letter, and not of those behind it; nil for any other error.
    fileprivate init?(_ error: PostgresError) {
        guard case .server(let state) = error.code else { return nil }
        if [.lockNotAvailable, .deadlockDetected, .serializationFailure].contains(state) {
            self = .busy
        } else if ["BK", "HF"].contains(state.errorClass) {
            self = .forbidden(state.rawValue)
        } else {
            return nil
        }
    }
}
