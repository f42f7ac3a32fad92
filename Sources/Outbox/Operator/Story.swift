package import FoundationEssentials

/// Everything there is to tell a support desk of a reader or a subject: what was owed, each attempt, links, suppression,
/// what operators did, what is still to come.
///
/// Addresses are masked; whoever reads ``MaskedAddress/unmasked`` has asked for the story with
/// ``Stories/find(_:limit:revealing:)`` and a note.
package struct Story: Sendable, Equatable {
    /// When it was told, by the clock of the queue.
    package let now: Date
    /// What was looked for.
    package let needle: Needle
    /// What letters are about; the readers' own letters where an address was looked for.
    package let subjects: [StorySubject]
    /// What is owed, the next first: letters under way, held, waiting for another attempt, and those for later.
    package let owed: [OwedLetter]
    /// What became of letters, the newest first.
    package let history: [HistoryEntry]
    /// Of which parts there is more than is told.
    package let cut: [Part]
    /// The links of those letters.
    package let links: [StoryLink]
    /// What binds the addresses.
    package let suppressions: [Suppression]
    /// What operators did, the newest first.
    package let audit: [AuditEntry]

    /// A part of a story that may be too long to be told.
    package enum Part: String, Sendable, CaseIterable {
        case subjects, owed, history, audit
    }

    /// Whether a worker had a letter last and gave it back, and history says nothing of it: no attempt that counts was
    /// made, as when the relay fails.
    package func wasGivenBack(_ letter: OwedLetter) -> Bool {
        guard letter.state == "ready", letter.wasClaimed, !cut.contains(.history) else { return false }
        return !history.contains { $0.jobID == letter.jobID && $0.claimNumber == letter.claimNumber }
    }
}

/// A letter that is owed.
package struct OwedLetter: Sendable, Equatable {
    /// Its number.
    package let jobID: Int64
    /// `holdfast.kind.name`.
    package let kind: String
    /// The sort of subject.
    package let subjectKind: String
    /// The subject.
    package let subjectID: UUID
    /// To whom.
    package let audience: String
    /// `ready`, `running` or `held`.
    package let state: String
    /// When it is due; for one that an operator holds, when it was; nil for one that is held in doubt.
    package let dueAt: Date?
    /// After this it is not sent any more.
    package let expiresAt: Date
    /// Since when it is owed.
    package let createdAt: Date
    /// Attempts that counted.
    package let attempts: Int
    /// How many workers went down with it since it was last settled.
    package let crashes: Int
    /// How often workers have had it.
    package let claimNumber: Int64
    /// An earlier attempt may have delivered it.
    package let isInDoubt: Bool
    /// Letters of its kind are stopped just now.
    package let isStopped: Bool

    /// A worker has had it before.
    package var wasClaimed: Bool { claimNumber > 0 }
}

/// A link that a letter carried; never what opens it.
package struct StoryLink: Sendable, Equatable {
    /// The letter's number.
    package let jobID: Int64
    /// The kind of letter it stands in; nil for links of before that was written down.
    package let kind: String?
    /// `rsv`, `appt`, `act`, `task`, `inv` or `pref`.
    package let purpose: String
    /// The generation it belongs to.
    package let generation: Int
    /// When it was issued.
    package let issuedAt: Date
    /// When it stops working.
    package let expiresAt: Date
    /// It has stopped working by the database's clock.
    package let isOver: Bool
    /// How often it was used.
    package let uses: Int
    /// How often it may be; nil is any number of times.
    package let mostUses: Int?
    /// When it was used first.
    package let firstUsedAt: Date?
    /// When it was revoked.
    package let revokedAt: Date?
}

/// What an operator did.
package struct AuditEntry: Sendable, Equatable {
    /// When.
    package let at: Date
    /// Who.
    package let operatorName: String
    /// What.
    package let action: String
    /// To what.
    package let target: String
    /// Why.
    package let reason: String?
    /// Under which request.
    package let requestID: String?
    /// The letter it made or changed.
    package let jobID: Int64?
}
