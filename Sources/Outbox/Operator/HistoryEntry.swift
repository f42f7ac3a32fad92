package import FoundationEssentials
import Postgres

/// One row of history: what became of one attempt, or of a letter; it names nobody.
package struct HistoryEntry: Sendable, Equatable {
    /// When.
    package let at: Date
    /// The letter's number.
    package let jobID: Int64
    /// Which claim of it.
    package let claimNumber: Int64
    /// How many attempts counted until then.
    package let attempt: Int
    /// `holdfast.kind.name`.
    package let kind: String
    /// The sort of subject.
    package let subjectKind: String
    /// The subject.
    package let subjectID: UUID
    /// To whom.
    package let audience: String
    /// The subject's generation that the letter belonged to.
    package let generation: Int
    /// What became of it, as `holdfast.history.outcome` has it.
    package let outcome: String
    /// The letter was over with it.
    package let isFinal: Bool
    /// How far the dialogue with the relay came.
    package let stage: String?
    /// The relay's reply code.
    package let code: Int?
    /// Its enhanced status code (RFC 3463).
    package let enhanced: String?
    /// Its words, without addresses and links.
    package let reply: String?
    /// Its own name for the letter.
    package let queueID: String?
    /// TLS version and cipher.
    package let tls: String?
    /// Why, in a sentence of ours.
    package let reason: String?
    /// The Message-ID, without angle brackets.
    package let messageID: String?

    init(_ row: Row) throws {
        at = try row.decode("at")
        jobID = try row.decode("job_id")
        claimNumber = try row.decode("claim_no")
        attempt = try row.decode("attempt")
        kind = try row.decode("kind")
        subjectKind = try row.decode("subject_kind")
        subjectID = try row.decode("subject_id")
        audience = try row.decode("audience")
        generation = try row.decode("gen")
        outcome = try row.decode("outcome")
        isFinal = try row.decode("final")
        stage = try row.decodeIfPresent("stage")
        code = try row.decodeIfPresent("code")
        enhanced = try row.decodeIfPresent("enhanced")
        reply = try row.decodeIfPresent("reply")
        queueID = try row.decodeIfPresent("queue_id")
        tls = try row.decodeIfPresent("tls")
        reason = try row.decodeIfPresent("reason")
        messageID = try row.decodeIfPresent("message_id")
    }
}
