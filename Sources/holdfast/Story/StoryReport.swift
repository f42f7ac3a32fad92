import FoundationEssentials
import Outbox

/// A story as JSON; times in UTC, addresses masked unless they are to be shown.
struct StoryReport: Encodable {
    struct Reader: Encodable {
        let audience: String
        let address: String
    }

    struct Subject: Encodable {
        let kind: String
        let id: String
        let state: String?
        let generation: Int?
        let isOpen: Bool
        let readers: [Reader]
    }

    struct Owed: Encodable {
        let job: Int64
        let kind: String
        let subjectKind: String
        let subject: String
        let audience: String
        let state: String
        let dueAt: Date?
        let expiresAt: Date
        let owedSince: Date
        let attempts: Int
        let crashes: Int
        let isInDoubt: Bool
        /// A worker had it last, and made no attempt that counts.
        let isGivenBack: Bool
        let isStopped: Bool
    }

    struct Link: Encodable {
        let job: Int64
        let purpose: String
        let generation: Int
        let issuedAt: Date
        let expiresAt: Date
        let isOver: Bool
        let uses: Int
        let mostUses: Int?
        let firstUsedAt: Date?
        let revokedAt: Date?
    }

    struct Suppressed: Encodable {
        let address: String
        let appliesTo: String
        let reason: String
        let since: Date?
        let until: Date?
    }

    struct Action: Encodable {
        let at: Date
        let operatorName: String
        let action: String
        let target: String
        let reason: String?
        let requestID: String?
        let job: Int64?
    }

    let needle: String
    let subjects: [Subject]
    let owed: [Owed]
    let history: [HistoryReport]
    let isCut: Bool
    /// Of which parts there is more than is told.
    let cut: [String]
    let links: [Link]
    let suppressions: [Suppressed]
    let audit: [Action]

    init(_ story: Story, showsAddresses: Bool) {
        let shown = { (address: MaskedAddress) in showsAddresses ? address.unmasked : "\(address)" }
        if case .address(let address) = story.needle, showsAddresses {
            needle = "the address \(address)"
        } else {
            needle = story.needle.words
        }
        subjects = StorySection.sections(of: story).map { section in
            Subject(
                kind: section.subject.kind, id: section.subject.id.text,
                state: section.subject.state, generation: section.subject.generation, isOpen: section.subject.isOpen,
                readers: section.readers.map { Reader(audience: $0.audience, address: shown($0.address)) })
        }
        owed = story.owed.map { Owed($0, isGivenBack: story.wasGivenBack($0)) }
        history = story.history.map(HistoryReport.init)
        cut = story.cut.map(\.rawValue)
        isCut = !cut.isEmpty
        links = story.links.map(Link.init)
        suppressions = story.suppressions.map { one in
            Suppressed(
                address: shown(one.address), appliesTo: one.appliesTo.rawValue, reason: one.reason.rawValue,
                since: one.since, until: one.until)
        }
        audit = story.audit.map { Action($0, showsAddresses: showsAddresses) }
    }
}

extension StoryReport.Owed {
    fileprivate init(_ letter: OwedLetter, isGivenBack: Bool) {
        job = letter.jobID
        kind = letter.kind
        subjectKind = letter.subjectKind
        subject = letter.subjectID.text
        audience = letter.audience
        state = letter.state
        dueAt = letter.dueAt
        expiresAt = letter.expiresAt
        owedSince = letter.createdAt
        attempts = letter.attempts
        crashes = letter.crashes
        isInDoubt = letter.isInDoubt
        self.isGivenBack = isGivenBack
        isStopped = letter.isStopped
    }
}

extension StoryReport.Link {
    fileprivate init(_ link: StoryLink) {
        job = link.jobID
        purpose = link.purpose
        generation = link.generation
        issuedAt = link.issuedAt
        expiresAt = link.expiresAt
        isOver = link.isOver
        uses = link.uses
        mostUses = link.mostUses
        firstUsedAt = link.firstUsedAt
        revokedAt = link.revokedAt
    }
}

extension StoryReport.Action {
    fileprivate init(_ entry: AuditEntry, showsAddresses: Bool) {
        at = entry.at
        operatorName = entry.operatorName
        action = entry.action
        target = entry.target
        reason = showsAddresses ? entry.reason : entry.reason?.withMaskedAddresses
        requestID = showsAddresses ? entry.requestID : entry.requestID?.withMaskedAddresses
        job = entry.jobID
    }

    enum CodingKeys: String, CodingKey {
        case at, action, target, reason, requestID, job
        case operatorName = "operator"
    }
}
