import Rendering

/// A value of a JSON file and where it stands, so that a mistake in it can be named with its line and column.
///
/// Foundation's decoder names no places, takes the first of two equal keys and says nothing of the second.
struct JSONNode {
    /// What scenario files are made of; numbers and null have no use in them.
    enum Value {
        case text(String)
        case flag(Bool)
        case list([JSONNode])
        case object([String: JSONNode])
    }

    /// What it is.
    let value: Value
    /// Where its key stands, or it itself in a list.
    let place: TemplateLocation

    var text: String? { if case .text(let text) = value { text } else { nil } }

    var flag: Bool? { if case .flag(let flag) = value { flag } else { nil } }

    var list: [JSONNode]? { if case .list(let list) = value { list } else { nil } }

    var object: [String: JSONNode]? { if case .object(let object) = value { object } else { nil } }
}
