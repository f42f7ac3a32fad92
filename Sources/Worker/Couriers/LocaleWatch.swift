/// Remembers which languages letters fell back from, so that each is told once: a pure value.
struct LocaleWatch {
    /// A language that readers have and letters do not, and the one that is used instead.
    struct Fallback: Hashable {
        let asked: String
        let used: String
    }

    /// So many are remembered and told, and none after them: what readers' rows say must not fill memory or log.
    static let capacity = 100

    /// The longest tag that RFC 5646 section 4.4.1 wants stored; what is longer is no language to be named in a log.
    static let maximumTagLength = 35

    private var known: Set<Fallback> = []

    /// The fallback to tell of, or nil: the letter is in the language asked for, or this was told before.
    mutating func news(asked: String, used: String) -> Fallback? {
        guard asked != used, known.count < Self.capacity else { return nil }
        let fallback = Fallback(asked: Self.isTag(asked) ? asked : "no language tag", used: used)
        return known.insert(fallback).inserted ? fallback : nil
    }

    /// Letters, digits and hyphens, and not many: what a row holds in place of a tag may be anything, a name too.
    private static func isTag(_ text: String) -> Bool {
        text.utf8.count <= maximumTagLength
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
