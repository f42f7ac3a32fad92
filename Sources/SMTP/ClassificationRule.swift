/// One row of the classification table: which refusals it is about, and whose trouble they are.
///
/// A row matches when the stage, the basic code, and, where the row names any, one of its statuses and one of its words
/// match.
struct ClassificationRule: Sendable {
    /// Enhanced statuses by subject and detail, RFC 3463 §2.
    ///
    /// Their class is left out: whether to try again is the basic code's to say.
    enum Status: Sendable {
        /// Any detail of a subject.
        case subject(Int)
        /// One detail of a subject.
        case exact(Int, Int)
        /// A run of details, as vendors number their own.
        case range(Int, ClosedRange<Int>)

        func matches(_ status: EnhancedStatus) -> Bool {
            switch self {
            case .subject(let subject): status.subject == subject
            case .exact(let subject, let detail): status.subject == subject && status.detail == detail
            case .range(let subject, let details): status.subject == subject && details.contains(status.detail)
            }
        }
    }

    /// What kind of refusal it is.
    let name: String
    let stages: ClosedRange<Stage>
    let codes: [ClosedRange<Int>]
    /// Any, also none, when empty.
    let statuses: [Status]
    /// Parts of the reply's text, lower case; whatever text when empty.
    let words: [String]
    let scope: Scope
    /// What it proves about the address.
    let finding: AddressFinding?

    init(
        _ name: String, _ stages: ClosedRange<Stage>, _ codes: [ClosedRange<Int>],
        status statuses: [Status] = [], words: [String] = [], _ scope: Scope, _ finding: AddressFinding? = nil
    ) {
        self.name = name
        self.stages = stages
        self.codes = codes
        self.statuses = statuses
        self.words = words
        self.scope = scope
        self.finding = finding
    }

    /// The first row of the table that a refusal matches; nil when the reply refuses nothing.
    static func first(for stage: Stage, _ reply: Reply) -> ClassificationRule? {
        let (status, text) = (reply.enhancedStatus, reply.words.joined(separator: " "))
        return table.first { $0.matches(stage, reply.code, status, text) }
    }

    private func matches(_ stage: Stage, _ code: Int, _ status: EnhancedStatus?, _ text: String) -> Bool {
        stages.contains(stage) && codes.contains { $0.contains(code) }
            && (statuses.isEmpty || status.map { status in statuses.contains { $0.matches(status) } } == true)
            && (words.isEmpty || words.contains(where: text.contains))
    }
}
