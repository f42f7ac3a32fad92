import Testing

/// A rule of the practice, and a story that shows it.
struct Scenario: Sendable, CustomTestStringConvertible {
    /// The rule's number in the list of rules.
    let rule: Int
    /// What the practice may rely on.
    let promise: String
    let tell: @Sendable (Story) async throws -> Void

    init(_ rule: Int, _ promise: String, _ tell: @escaping @Sendable (Story) async throws -> Void) {
        self.rule = rule
        self.promise = promise
        self.tell = tell
    }

    var testDescription: String { "rule \(rule): \(promise)" }

    /// Every rule, in order.
    static let all = (reservations + bookingLink + afterConfirmation + portal + letters).sorted { $0.rule < $1.rule }
}
