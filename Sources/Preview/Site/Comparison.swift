/// A gallery beside what it was: which letters are other than in a baseline, and in what.
struct Comparison: Sendable {
    /// What became of a letter, in the order in which people ask.
    enum Standing: String, Sendable, CaseIterable {
        case changed, gone, new
    }

    /// A letter that is not what it was.
    struct Change: Sendable {
        let id: SpecimenID
        let before: ReadLetter?
        let now: ReadLetter?

        var standing: Standing { before == nil ? .new : now == nil ? .gone : .changed }
    }

    /// Those that changed come first, each group in the order of the letters' names.
    let changes: [Change]
    /// How many letters are the same to the octet.
    let sameCount: Int

    init(of gallery: Gallery, with baseline: Baseline) {
        let letters = gallery.specimens.map { ($0.id, $0.bytes) }
        let now = Dictionary(letters) { first, _ in first }
        let names = Set(now.keys).union(baseline.letters.keys)
        let changed = names.filter { now[$0] != baseline.letters[$0]?.bytes }
        let all = changed.sorted().map { id in
            Change(id: id, before: baseline.letters[id], now: now[id].map { ReadLetter($0) })
        }
        changes = Standing.allCases.flatMap { standing in all.filter { $0.standing == standing } }
        sameCount = names.count - changed.count
    }

    func count(_ standing: Standing) -> Int { changes.count { $0.standing == standing } }
}

extension Comparison.Change {
    /// A header field that is not what it was.
    struct Field: Sendable {
        let name: String
        let before: String?
        let after: String?
    }

    /// The fields that are different.
    ///
    /// The message's name is computed from its content, so it is different wherever anything is: it says nothing.
    var fields: [Field] {
        let (old, new) = (values(before), values(now))
        let names = (now?.fields ?? []).map(\.name) + (before?.fields ?? []).map(\.name)
        var seen: Set<String> = ["message-id"]
        return names.filter { seen.insert($0.lowercased()).inserted }.compactMap { name in
            let key = name.lowercased()
            return old[key] == new[key] ? nil : Field(name: name, before: old[key], after: new[key])
        }
    }

    /// In what the letter is different, in a word each.
    var aspects: [String] {
        guard let before, let now else { return [] }
        let parts: [(String, Bool)] = [
            ("subject", before.subject != now.subject), ("preheader", before.preheader != now.preheader),
            ("text", before.text != now.text), ("HTML", before.html != now.html),
            ("calendar", before.calendar != now.calendar),
            ("headers", fields.contains { $0.name.lowercased() != "subject" }),
        ]
        let different = parts.filter(\.1).map(\.0)
        return different.isEmpty ? ["encoding"] : different
    }

    private func values(_ letter: ReadLetter?) -> [String: String] {
        guard let letter else { return [:] }
        let fields = letter.fields.map { ($0.name.lowercased(), Self.withoutBoundary($0.value)) }
        return Dictionary(fields) { $0 + "\n" + $1 }
    }

    /// A boundary is computed from what it parts, as the message's name is.
    private static func withoutBoundary(_ value: String) -> String {
        guard let start = value.firstRange(of: "boundary=") else { return value }
        return value[..<start.lowerBound] + "boundary=…"
    }
}
