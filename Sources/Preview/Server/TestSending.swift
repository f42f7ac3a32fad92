/// What became of a test letter that somebody asked for.
package struct TestAnswer: Sendable, Equatable {
    /// Which of three.
    package enum Outcome: Sendable {
        /// The relay took it.
        case sent
        /// It may not be sent: the address or the settings.
        case refused
        /// It was tried, and the relay did not take it.
        case failed
    }

    /// Which of three.
    package let outcome: Outcome
    /// The same in a sentence for the person who asked; no address of anybody else, and no reply that was not scrubbed.
    package let sentence: String

    /// Takes what became of it.
    package init(_ outcome: Outcome, _ sentence: String) {
        self.outcome = outcome
        self.sentence = sentence
    }
}

/// Sends a letter of the gallery as a test to an address that somebody typed.
///
/// It decides itself whether that address may be written to, and never blocks the thread it is called on.
package typealias TestSender = @Sendable (Specimen, _ address: String) async -> TestAnswer
