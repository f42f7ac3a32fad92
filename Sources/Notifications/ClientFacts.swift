import Rendering

/// A client as they are now.
package struct ClientFacts: Sendable {
    /// Whether a client is asked how they are.
    package enum CheckIns: String, CaseIterable, Sendable {
        /// They are asked.
        case on
        /// They have asked not to be, and are until the provider agrees.
        case offRequested = "off_requested"
        /// They are not asked.
        case off
    }

    /// What every letter asks.
    package let subject: Subject
    /// The client's name, whoever reads the letter.
    package let name: String
    /// Their record is neither paused nor closed.
    package let isActive: Bool
    /// Whether they are asked how they are.
    package let checkIns: CheckIns
    /// `booking.signup_task.kind` of those, each once, the soonest due first.
    package let openTasks: [String]
    /// The provider's decision, where the letter tells of one.
    package let isApproved: Bool
    /// Until when this letter's link works, where the reader lives; nil when none was issued.
    package let linkEnd: WallClock?

    /// Takes the values of a row of facts; throws for words of the database that this program does not know.
    package init(
        subject: Subject, name: String, isActive: Bool, checkIns: String, openTasks: [String],
        isApproved: Bool, linkEnd: WallClock?
    ) throws(MalformedFact) {
        guard let checkIns = CheckIns(rawValue: checkIns) else {
            throw MalformedFact("booking.client.checkins is not one this program knows")
        }
        guard openTasks.allSatisfy({ LocaleWords.Task(rawValue: $0) != nil }) else {
            throw MalformedFact("booking.signup_task.kind is not one this program knows")
        }
        self.subject = subject
        self.name = name
        self.isActive = isActive
        self.checkIns = checkIns
        self.openTasks = openTasks
        self.isApproved = isApproved
        self.linkEnd = linkEnd
    }
}
