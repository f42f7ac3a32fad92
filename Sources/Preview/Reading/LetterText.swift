/// The addresses in the plain part of a letter, as mail programs make links of them.
enum LetterText {
    private static let schemes = ["https://", "http://", "mailto:"]

    /// The addresses in their order: those on a line of their own and those in running text, there without the
    /// punctuation after them.
    static func addresses(in text: String) -> [String] {
        text.unicodeScalars.split { !isAddressScalar($0) }.compactMap { word in
            let word = Substring(word)
            let starts = schemes.compactMap { word.firstRange(of: $0) }
            guard let start = starts.min(by: { $0.lowerBound < $1.lowerBound }) else { return nil }
            let address = withoutPunctuation(word[start.lowerBound...])
            return address.endIndex > start.upperBound ? String(address) : nil
        }
    }

    /// What stands in a URI (RFC 3986 section 2), for itself or to part it.
    private static func isAddressScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "<", ">", "\\", "^", "`", "{", "|", "}": false
        default: scalar.value > 0x20 && scalar.value < 0x7F
        }
    }

    /// Without a sentence's own signs at the end: closing brackets stay where the address opened them.
    private static func withoutPunctuation(_ address: Substring) -> Substring {
        func surplus(_ closing: Character, over opening: Character) -> Int {
            address.reduce(0) { $0 + ($1 == closing ? 1 : $1 == opening ? -1 : 0) }
        }
        var brackets: [Character: Int] = [")": surplus(")", over: "("), "]": surplus("]", over: "[")]
        var address = address
        while let last = address.last {
            switch last {
            case ".", ",", ";", ":", "!", "?", "'", "*": break
            case ")", "]":
                guard let count = brackets[last], count > 0 else { return address }
                brackets[last] = count - 1
            default: return address
            }
            address.removeLast()
        }
        return address
    }
}
