/// How a part of a line stands out on a terminal with colours.
enum Style: Sendable {
    case plain
    /// Headings, and what to look at first.
    case strong
    /// What matters least.
    case faint
    /// As it should be.
    case good
    /// Somebody should look.
    case warning
    /// Something does not work.
    case bad

    /// The parameters of Select Graphic Rendition (ECMA-48, 8.3.117); nil for plain text.
    var parameters: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "1;31"
        }
    }
}
