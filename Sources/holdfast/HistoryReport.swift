import FoundationEssentials
import Outbox

/// One row of history as JSON and CSV; it names nobody.
struct HistoryReport: Encodable {
    let at: Date
    let job: Int64
    let claim: Int64
    let attempt: Int
    let kind: String
    let subjectKind: String
    let subject: String
    let audience: String
    let generation: Int
    let outcome: String
    let isFinal: Bool
    let stage: String?
    let code: Int?
    let enhanced: String?
    let reply: String?
    let queueID: String?
    let tls: String?
    let reason: String?
    let messageID: String?

    init(_ entry: HistoryEntry) {
        at = entry.at
        job = entry.jobID
        claim = entry.claimNumber
        attempt = entry.attempt
        kind = entry.kind
        subjectKind = entry.subjectKind
        subject = entry.subjectID.text
        audience = entry.audience
        generation = entry.generation
        outcome = entry.outcome
        isFinal = entry.isFinal
        stage = entry.stage
        code = entry.code
        enhanced = entry.enhanced
        reply = entry.reply
        queueID = entry.queueID
        tls = entry.tls
        reason = entry.reason
        messageID = entry.messageID
    }

    private static let columns: [(title: String, cell: @Sendable (HistoryReport) -> String?)] = [
        ("at", { $0.at.formatted(.iso8601) }), ("job", { "\($0.job)" }), ("claim", { "\($0.claim)" }),
        ("attempt", { "\($0.attempt)" }), ("kind", { $0.kind }), ("subjectKind", { $0.subjectKind }),
        ("subject", { $0.subject }), ("audience", { $0.audience }), ("generation", { "\($0.generation)" }),
        ("outcome", { $0.outcome }), ("isFinal", { "\($0.isFinal)" }), ("stage", { $0.stage }),
        ("code", { $0.code.map { "\($0)" } }), ("enhanced", { $0.enhanced }), ("reply", { $0.reply }),
        ("queueID", { $0.queueID }), ("tls", { $0.tls }), ("reason", { $0.reason }), ("messageID", { $0.messageID }),
    ]

    /// The titles of ``line``.
    static var title: String { columns.map(\.title).joined(separator: ",") }

    /// One line of a CSV file (RFC 4180).
    var line: String { Self.columns.map { Self.cell($0.cell(self) ?? "") }.joined(separator: ",") }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}

extension UUID {
    /// As the database prints it.
    var text: String { uuidString.lowercased() }
}
