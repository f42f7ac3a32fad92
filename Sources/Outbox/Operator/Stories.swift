import FoundationEssentials
import Notifications
package import Postgres

/// Finds the whole story of a reader or a subject by whatever an operator has at hand.
package struct Stories: Sendable {
    let connection: Connection

    /// The stories as this connection reaches them.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Tells the story, as of one moment.
    ///
    /// Throws ``OperatorError/unknown(_:)`` when nothing at all is known, and `PostgresError`.
    /// - Parameters:
    ///   - limit: the most rows of history, of owed letters and of the audit. Of each sort of subject 200 are told.
    ///   - revealing: who wants to see the addresses and why, which the audit then says; nil for whoever prints them
    ///     masked.
    package func find(_ needle: Needle, limit: Int = 200, revealing note: OperatorNote? = nil) async throws -> Story {
        try await connection.withTransaction(.repeatableRead) { transaction in
            let names = try await names(needle, transaction)
            let story = try await tell(needle, names, limit, transaction)
            guard !names.isEmpty || !story.suppressions.isEmpty || !story.audit.isEmpty else {
                throw OperatorError.unknown(
                    "nothing is known of \(needle.words): an address, the id of a reservation, task, client, provider, "
                        + "series or invitation, a job, a Message-ID or a queue id of the last 31 days can be looked for"
                )
            }
            if let note { try await transaction.query(needle.disclosure(of: Set(names.map(\.id)), note)) }
            return story
        }
    }

    private func names(_ needle: Needle, _ transaction: Connection) async throws -> [StorySubject.Name] {
        switch needle {
        case .address(let address): return try await StorySubject.Name.all(of: address, nil, transaction)
        case .subject(let id):
            let names = try await StorySubject.Name.all(of: nil, id, transaction)
            guard names.isEmpty else { return names }
            return try await about(
                [.null, .null, .textArray([id.uuidString.lowercased(), id.uuidString])], transaction)
        case .job(let id): return try await about([.int8(id), .null, .textArray([String(id)])], transaction)
        case .messageID(let id): return try await about([.null, .text(id), .null], transaction)
        case .queueID(let id): return try await about([.null, .null, .textArray([id])], transaction)
        }
    }

    /// What the letter is about that has this number, Message-ID or queue id.
    private func about(_ which: [Parameter], _ transaction: Connection) async throws -> [StorySubject.Name] {
        guard let row = try await transaction.query(Statement("job_of", SQL.jobOf, which)).first else { return [] }
        let letter = try await transaction.query(
            Statement("letter_of", SQL.letterOf, [.int8(try row.decode("job_id"))]))
        return try letter.map {
            StorySubject.Name(
                kind: try $0.decode("subject_kind"), id: try $0.decode("subject_id"), audience: nil,
                arguments: "{}")
        }
    }

    private func tell(
        _ needle: Needle, _ names: [StorySubject.Name], _ limit: Int, _ transaction: Connection
    ) async throws -> Story {
        // One more than is told, to know whether there are more.
        let most = Parameter.int4(Int32(clamping: limit + 1))
        let first = try await transaction.pipeline([
            Statement("story_subjects", SQL.storySubjects, names.columns),
            Statement("story_owed", SQL.storyOwed, names.columns + [most]),
            Statement("story_history", SQL.storyHistory, names.columns + [most]),
            Statement("doctor_clock", SQL.doctorClock),
        ])
        guard let clock = first[3].first else { throw MalformedFact("doctor_clock has no row") }
        let subjects = try first[0].map(StorySubject.init)
        let owed = try first[1].prefix(limit).map(OwedLetter.init)
        let history = try first[2].prefix(limit).map(HistoryEntry.init)
        let jobs = Set(owed.map(\.jobID) + history.map(\.jobID)).map(Int64?.some)
        var addresses = Set(subjects.flatMap(\.readers).map(\.address.unmasked))
        if case .address(let address) = needle { addresses.insert(address) }
        let rest = try await transaction.pipeline([
            Statement("story_links", SQL.storyLinks, [.int8Array(jobs)]),
            Statement("story_suppressions", SQL.storySuppressions, [.textArray(addresses.map(\.self))]),
            Statement(
                "story_audit", SQL.storyAudit,
                [.uuidArray(names.map(\.id)), .int8Array(jobs), .textArray(addresses.map(\.self)), most]),
        ])
        return Story(
            now: try clock.decode("queue"), needle: needle, subjects: subjects, owed: owed, history: history,
            cut: [
                names.contains(where: \.hasOlder) ? .subjects : nil, first[1].count > limit ? .owed : nil,
                first[2].count > limit ? .history : nil, rest[2].count > limit ? .audit : nil,
            ].compactMap(\.self),
            links: try rest[0].map(StoryLink.init), suppressions: try rest[1].map(Suppression.init),
            audit: try rest[2].prefix(limit).map(AuditEntry.init))
    }
}

extension OwedLetter {
    fileprivate init(_ row: Row) throws {
        let dueAt = try row.decodeIfPresent("due_before_hold", as: Date.self) ?? row.decode("run_at")
        self.init(
            jobID: try row.decode("id"), kind: try row.decode("kind"), subjectKind: try row.decode("subject_kind"),
            subjectID: try row.decode("subject_id"), audience: try row.decode("audience"),
            state: try row.decode("state"), dueAt: dueAt == .distantFuture ? nil : dueAt,
            expiresAt: try row.decode("expires_at"), createdAt: try row.decode("created_at"),
            attempts: try row.decode("attempts"), crashes: try row.decode("crashes"),
            claimNumber: try row.decode("claim_no"), isInDoubt: try row.decode("in_doubt"),
            isStopped: try row.decode("stopped"))
    }
}

extension StoryLink {
    fileprivate init(_ row: Row) throws {
        self.init(
            jobID: try row.decode("job_id"), kind: try row.decodeIfPresent("kind"), purpose: try row.decode("purpose"),
            generation: try row.decode("gen"), issuedAt: try row.decode("issued_at"),
            expiresAt: try row.decode("expires_at"), isOver: try row.decode("is_over"), uses: try row.decode("uses"),
            mostUses: try row.decodeIfPresent("max_uses"), firstUsedAt: try row.decodeIfPresent("first_used_at"),
            revokedAt: try row.decodeIfPresent("revoked_at"))
    }
}

extension AuditEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            at: try row.decode("at"), operatorName: try row.decode("operator"), action: try row.decode("action"),
            target: try row.decode("target"), reason: try row.decodeIfPresent("reason"),
            requestID: try row.decodeIfPresent("request_id"), jobID: try row.decodeIfPresent("job_id"))
    }
}

extension Needle {
    /// The audit's line for a story that is told with addresses.
    fileprivate func disclosure(of subjects: Set<UUID>, _ note: OperatorNote) -> Statement {
        if case .address(let address) = self {
            return .disclosure(of: "an address", address: address, subjects: subjects, note)
        }
        return .disclosure(of: words, subjects: subjects, note)
    }
}
