import Rendering

/// Takes the fields of an object one after the other and collects what is wrong with them, so that all of it is told at
/// once.
struct FieldReader {
    private let fields: [String: JSONNode]
    private let inherited: [String: JSONNode]
    private let place: TemplateLocation
    private var known: Set<String> = []
    private(set) var findings: [Finding] = []

    /// Reads an object; what it does not have is looked for in the object it changes, where there is one.
    init(_ fields: [String: JSONNode], at place: TemplateLocation, changing inherited: [String: JSONNode] = [:]) {
        self.fields = fields
        self.place = place
        self.inherited = inherited
    }

    /// A text that must be there.
    mutating func text(_ key: String) -> String? { required(key, "a text", \.text) }

    /// A text that must stand in this object itself.
    mutating func ownText(_ key: String) -> String? {
        known.insert(key)
        if fields[key] != nil { return text(key) }
        refuse(at: place, "\(key) is missing: add it as a text.")
        return nil
    }

    /// A yes; no where it is not there.
    mutating func flag(_ key: String) -> Bool { optional(key, "true or false", \.flag) ?? false }

    /// A moment that must be there.
    mutating func time(_ key: String) -> ScenarioTime? { required(key, Self.timeForm) { Self.time($0) } }

    /// A moment, or nil.
    mutating func optionalTime(_ key: String) -> ScenarioTime? { optional(key, Self.timeForm) { Self.time($0) } }

    /// One of a set of words that must be there.
    mutating func choice<Choice: Word>(_ key: String, of choices: Choice.Type = Choice.self) -> Choice? {
        required(key, Self.form(of: choices)) { $0.text.flatMap(Choice.init) }
    }

    /// One of a set of words, or this one.
    mutating func choice<Choice: Word>(_ key: String, else other: Choice) -> Choice {
        optional(key, Self.form(of: Choice.self)) { $0.text.flatMap(Choice.init) } ?? other
    }

    /// Any of a set of words; none where it is not there.
    mutating func choices<Choice: Word>(_ key: String, of choices: Choice.Type) -> [Choice] {
        optional(key, "a list, each \(Self.form(of: choices))") { node in
            let read = node.list?.map { $0.text.flatMap(Choice.init) }
            return read?.contains { $0 == nil } == false ? read?.compactMap(\.self) : nil
        } ?? []
    }

    /// Moments by words of a set; none where it is not there.
    mutating func times<Choice: Word & Hashable>(_ key: String, by choices: Choice.Type) -> [Choice: ScenarioTime] {
        var times: [Choice: ScenarioTime] = [:]
        for (name, node) in optional(key, "an object of moments", \.object) ?? [:] {
            guard let choice = Choice(rawValue: name) else {
                refuse(at: node.place, "\(name) is not known here: it must be \(Self.form(of: choices)).")
                continue
            }
            times[choice] = Self.time(node)
            if times[choice] == nil { refuse(at: node.place, "\(name) must be \(Self.timeForm).") }
        }
        return times
    }

    /// An object that must be there, read by fields of its own.
    mutating func object<Value, Failure>(
        _ key: String, _ read: (inout FieldReader) throws(Failure) -> Value?
    ) throws(Failure) -> Value? {
        guard let node = required(key, "an object", { $0.object == nil ? nil : $0 }) else { return nil }
        return try self.read(node, read)
    }

    /// The objects of a list that must be there, each read by fields of its own.
    mutating func objects<Value, Failure>(
        _ key: String, _ read: (inout FieldReader) throws(Failure) -> Value?
    ) throws(Failure) -> [Value] {
        var values: [Value] = []
        for node in required(key, "a list of objects", \.list) ?? [] {
            guard node.object != nil else {
                refuse(at: node.place, "Each of \(key) must be an object.")
                continue
            }
            if let value = try self.read(node, read) { values.append(value) }
        }
        return values
    }

    /// Notes something wrong with a field, where it stands.
    mutating func refuse(_ key: String?, _ message: String) {
        refuse(at: key.flatMap { fields[$0] ?? inherited[$0] }?.place ?? place, message)
    }

    /// Notes the object's own fields that nobody asked for.
    mutating func finish() {
        for key in fields.keys.sorted() where !known.contains(key) {
            refuse(key, "\(key) is not known here; what may stand here is \(known.sorted().joined(separator: ", ")).")
        }
    }

    private mutating func read<Value, Failure>(
        _ node: JSONNode, _ read: (inout FieldReader) throws(Failure) -> Value?
    ) throws(Failure) -> Value? {
        var reader = FieldReader(node.object ?? [:], at: node.place)
        let value = try read(&reader)
        reader.finish()
        findings += reader.findings
        return value
    }

    private mutating func required<Value>(
        _ key: String, _ form: String, _ read: (JSONNode) -> Value?
    ) -> Value? {
        if fields[key] == nil, inherited[key] == nil {
            known.insert(key)
            refuse(at: place, "\(key) is missing: add it as \(form).")
        }
        return optional(key, form, read)
    }

    private mutating func optional<Value>(
        _ key: String, _ form: String, _ read: (JSONNode) -> Value?
    ) -> Value? {
        known.insert(key)
        guard let node = fields[key] ?? inherited[key] else { return nil }
        let value = read(node)
        if value == nil { refuse(at: node.place, "\(key) must be \(form).") }
        return value
    }

    private mutating func refuse(at place: TemplateLocation, _ message: String) {
        findings.append(Finding("scenario", at: place, message))
    }

    private static let timeForm = "a moment that exists, such as \"\(ScenarioTime.example)\""

    private static func time(_ node: JSONNode) -> ScenarioTime? { node.text.flatMap(ScenarioTime.init) }

    private static func form<Choice: Word>(of choices: Choice.Type) -> String {
        "one of " + choices.allCases.map(\.rawValue).joined(separator: ", ")
    }
}

/// A set of words of which a scenario may write one.
typealias Word = CaseIterable & RawRepresentable<String>
