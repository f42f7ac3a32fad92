package import FoundationEssentials

/// Which letters an operator means.
package enum ResendSelection: Sendable, Equatable {
    /// The letter with this number, whatever became of it.
    case job(Int64)
    /// The newest letter about this reservation, or about the series it belongs to, that still fits how it stands.
    case reservation(UUID)
    /// The newest letter about this signup task that still fits how it stands.
    case task(UUID)
    /// Of each subject that letters to this address are about, the newest letter to it that still fits.
    case recipient(String)
    /// Letters that ended badly and that no later one made good.
    case failed(FailedLetters)
}

/// Which of the letters that ended badly.
package struct FailedLetters: Sendable, Equatable {
    /// How long ago they ended at most.
    package var since: Duration
    /// Of these kinds only; all of them when empty.
    package var kinds: [String]
    /// With one of these codes, a reply's such as `550` or an enhanced one such as `5.1.1`; any when empty.
    package var codes: [String]
    /// What became of them.
    package var outcomes: [Outcome]

    /// Letters that failed, unless told otherwise.
    package init(
        since: Duration, kinds: [String] = [], codes: [String] = [], outcomes: [Outcome] = [.failed]
    ) {
        self.since = since
        self.kinds = kinds
        self.codes = codes
        self.outcomes = outcomes
    }
}

/// How letters are sent again.
package struct ResendOptions: Sendable, Equatable {
    /// Ends the older links that the letter's own replace, those of the same purpose and owner; otherwise they stay as
    /// good as they were.
    package var rotate: Bool
    /// Also to an address that is suppressed, unless because its owner complained.
    package var evenSuppressed: Bool

    /// The same links, and nobody who is suppressed, unless told otherwise.
    package init(rotate: Bool = false, evenSuppressed: Bool = false) {
        self.rotate = rotate
        self.evenSuppressed = evenSuppressed
    }
}

/// A letter that may be sent again: what a plan is made of.
package struct ResendTarget: Sendable, Equatable {
    /// Its number.
    package let jobID: Int64
    /// `holdfast.kind.name`.
    package let kind: String
    /// The sort of subject it is about.
    package let subjectKind: String
    /// The subject.
    package let subjectID: UUID
    /// To whom: `invitee`, `client` or `provider`.
    package let audience: String
}
