import FoundationEssentials
import Outbox

/// One row of history as JSON and CSV; it names nobody.
struct HistoryReport: Encodable {
    let at: String
    let job: Int64
    let claim: Int64
    let attempt: Int
    let kind: String
    let subjectKind: String
    let subject: String
    let audience: String
    let generation: Int
    let outcome: String
    let final: Bool
    let stage: String?
    let code: Int?
    let enhanced: String?
    let reply: String?
    let queueID: String?
    let tls: String?
    let reason: String?
    let messageID: String?

    init(_ entry: HistoryEntry) {
        at = entry.at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        job = entry.jobID
        claim = entry.claimNumber
        attempt = entry.attempt
        kind = entry.kind
        subjectKind = entry.subjectKind
        subject = entry.subjectID.text
        audience = entry.audience
        generation = entry.generation
        outcome = entry.outcome
        final = entry.isFinal
        stage = entry.stage
        code = entry.code
        enhanced = entry.enhanced
        reply = entry.reply
        queueID = entry.queueID
        tls = entry.tls
        reason = entry.reason
        messageID = entry.messageID
    }

    /// The titles of ``line``.
    static let title =
        "at,job,claim,attempt,kind,subjectKind,subject,audience,generation,outcome,final,stage,code,enhanced,reply,"
        + "queueID,tls,reason,messageID"

    /// One line of a CSV file (RFC 4180).
    var line: String {
        let cells: [String?] = [
            at, "\(job)", "\(claim)", "\(attempt)", kind, subjectKind, subject, audience, "\(generation)", outcome,
            "\(final)", stage, code.map { "\($0)" }, enhanced, reply, queueID, tls, reason, messageID,
        ]
        return cells.map { Self.cell($0 ?? "") }.joined(separator: ",")
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}

extension UUID {
    /// As the database prints it.
    var text: String { uuidString.lowercased() }
}
