/// Something that every letter must keep, judged on the letter alone.
///
/// There is no list of exceptions: where a rule is wrong the rule is mended, and where a letter is wrong the letter.
struct LetterRule: Sendable {
    /// What a rule has to say of a letter, in a sentence that names what to do.
    enum Remark: Sendable, Equatable {
        /// The letter must not leave like this.
        case error(String)
        /// Somebody should look.
        case warning(String)
    }

    /// The name under which findings are told, stable for tools.
    let name: String
    /// What the letter does not keep.
    let remarks: @Sendable (OpenedLetter) -> [Remark]

    init(_ name: String, _ remarks: @escaping @Sendable (OpenedLetter) -> [Remark]) {
        self.name = name
        self.remarks = remarks
    }

    /// Every rule, in the order a reader meets what it is about.
    static let all = ofInboxLine + ofPrivacy + ofLinks + ofMarkup + ofStyle + ofParts

    /// What the letter does not keep, as findings.
    func findings(in letter: OpenedLetter) -> [Finding] {
        remarks(letter).map { remark in
            switch remark {
            case .error(let message): Finding(name, .error, in: letter.id, message)
            case .warning(let message): Finding(name, .warning, in: letter.id, message)
            }
        }
    }
}
