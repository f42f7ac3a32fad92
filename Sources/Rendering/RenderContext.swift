import Mustache

/// What the library asks for values while it renders one letter, and what it did not get.
///
/// The library answers an unknown name with an empty string; here the name is remembered and the letter refused. One
/// object serves one rendering on one thread.
final class RenderContext: MustacheParent {
    private let values: TemplateValues
    private let slots: NameSlots
    private(set) var missing: Set<String> = []

    init(_ values: TemplateValues, slots: NameSlots) {
        self.values = values
        self.slots = slots
    }

    /// The value of a slot; an item's name gets here only when the item lacks it.
    func child(named slot: String) -> Any? {
        let name = slots.name(of: slot)
        if let value = values[name] { return value.rendered }
        missing.insert(name)
        return nil
    }
}

/// The names of one letter by number.
///
/// The assembled template says `{{7}}` for `client.name`: the library would split the name at its dot and search for
/// each half, for every value printed, which is a quarter of the time a letter takes.
struct NameSlots: Sendable {
    private var names: [String] = []
    private var numbers: [String: Int] = [:]
    private let declared: TemplateNames

    init(_ declared: TemplateNames) {
        self.declared = declared
    }

    /// What the assembled template writes for a name.
    ///
    /// An item's name stays as it is.
    mutating func slot(for name: String) -> String {
        guard declared.uses[name] != nil else { return name }
        if let number = numbers[name] { return String(number) }
        numbers[name] = names.count
        names.append(name)
        return String(names.count - 1)
    }

    func name(of slot: String) -> String {
        guard let number = Int(slot), names.indices.contains(number) else { return slot }
        return names[number]
    }
}

/// An item of a list: only its own names; everything else is looked up in the letter.
private struct ItemContext: MustacheParent {
    let values: TemplateValues

    func child(named name: String) -> Any? { values[name]?.rendered }
}

/// A text in the form the library prints with the fewest casts.
private struct PrintedText: MustacheCustomRenderable {
    let renderText: String
    var isNull: Bool { false }
}

extension TemplateValue {
    fileprivate var rendered: Any {
        switch self {
        case .text(let text): PrintedText(renderText: text)
        case .flag(let flag): flag
        case .list(let items): items.map(ItemContext.init)
        }
    }
}
