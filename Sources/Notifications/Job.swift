package import FoundationEssentials

/// The fence of one claim: every change after it matches both numbers, so that a late one changes nothing.
package struct Ticket: Hashable, Sendable {
    /// The job's row.
    package let jobID: Int64
    /// Counts the claims of this job; each claim has its own.
    package let claimNumber: Int64

    /// Names one claim of one job.
    package init(jobID: Int64, claimNumber: Int64) {
        self.jobID = jobID
        self.claimNumber = claimNumber
    }
}

/// An email owed: one row of `holdfast.job`, as it was claimed.
package struct Job: Sendable {
    /// The claim this copy of the row belongs to.
    package let ticket: Ticket
    /// The name of the kind, as in `holdfast.kind`.
    package let kind: String
    /// What the letter is about.
    package let subjectID: UUID
    /// The generation of the subject when the letter came to be owed.
    package let subjectGeneration: Int
    /// To whom: `invitee`, `client` or `provider`.
    package let audience: String
    /// Attempts that counted so far, this one not included.
    package let attempts: Int
    /// After this the letter is not sent any more.
    package let expiresAt: Date
    /// When the first attempt that counted was settled.
    package let triedAt: Date?
    /// The fixed half of the Message-ID.
    package let messageUUID: UUID
    /// The letter's Date, whole seconds.
    package let datedAt: Date
    /// An earlier attempt may have been accepted without our knowing.
    package let isInDoubt: Bool
    /// Its last worker died with it, which is all the doubt there is, and nobody has decided about it yet.
    package let isRescued: Bool

    /// Takes the values of a claimed row.
    package init(
        ticket: Ticket, kind: String, subjectID: UUID, subjectGeneration: Int, audience: String, attempts: Int,
        expiresAt: Date, triedAt: Date?, messageUUID: UUID, datedAt: Date, isInDoubt: Bool, isRescued: Bool = false
    ) {
        self.ticket = ticket
        self.kind = kind
        self.subjectID = subjectID
        self.subjectGeneration = subjectGeneration
        self.audience = audience
        self.attempts = attempts
        self.expiresAt = expiresAt
        self.triedAt = triedAt
        self.messageUUID = messageUUID
        self.datedAt = datedAt
        self.isInDoubt = isInDoubt
        self.isRescued = isRescued
    }
}
