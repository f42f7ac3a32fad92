/// Encoded words of RFC 2047, in UTF-8: how text that is not plain ASCII stands in a header.
///
/// A word is at most 75 octets and is never cut inside a character as readers see it (a grapheme cluster), unless the
/// cluster alone is longer than a word; then it is cut between scalars, so that every word is valid UTF-8.
struct EncodedWord {
    /// The longest word (RFC 2047 section 2).
    static let maximumLength = 75

    /// The octets of `=?utf-8?B?` and `?=`.
    private static let overhead = 12

    private enum Encoding {
        case base64
        case quoted
    }

    private let encoding: Encoding
    private var room: Int
    private var pending: [UInt8] = []
    private var pendingCost = 0
    private var words: [[UInt8]] = []

    private init(encoding: Encoding, room: Int) {
        self.encoding = encoding
        self.room = room
    }

    /// Encodes the whole of `text`, spaces included, in whichever of B and Q is shorter.
    ///
    /// The first word is at most `firstLength` octets, which must leave room for one scalar: 24 or more.
    static func words(for text: String, firstLength: Int) -> [[UInt8]] {
        let quotedLength = text.utf8.reduce(0) { $0 + quotedCost($1) }
        let base64Length = (text.utf8.count + 2) / 3 * 4
        let encoding: Encoding = quotedLength <= base64Length ? .quoted : .base64
        var packer = EncodedWord(encoding: encoding, room: min(firstLength, maximumLength) - overhead)
        for character in text { packer.append(character) }
        packer.flush()
        return packer.words
    }

    private mutating func append(_ character: Character) {
        if add(character.utf8) { return }
        flush()
        if add(character.utf8) { return }
        for scalar in character.unicodeScalars where !add(String(scalar).utf8) {
            flush()
            _ = add(String(scalar).utf8)
        }
    }

    /// Takes `unit` into the word in progress if it fits there whole.
    private mutating func add(_ unit: String.UTF8View) -> Bool {
        let length = pending.count + unit.count
        let cost = pendingCost + unit.reduce(0) { $0 + Self.quotedCost($1) }
        guard (encoding == .base64 ? (length + 2) / 3 * 4 : cost) <= room else { return false }
        pending.append(contentsOf: unit)
        pendingCost = cost
        return true
    }

    private mutating func flush() {
        if pending.isEmpty { return }
        var word: [UInt8]
        switch encoding {
        case .base64:
            word = Array("=?utf-8?B?".utf8)
            word.append(contentsOf: Base64.encode(pending))
        case .quoted:
            word = Array("=?utf-8?Q?".utf8)
            for byte in pending { Self.appendQuoted(byte, to: &word) }
        }
        word.append(contentsOf: "?=".utf8)
        words.append(word)
        pending.removeAll(keepingCapacity: true)
        pendingCost = 0
        room = Self.maximumLength - Self.overhead
    }

    private static func quotedCost(_ byte: UInt8) -> Int {
        isPlain(byte) || byte == ASCII.space ? 1 : 3
    }

    private static func appendQuoted(_ byte: UInt8, to word: inout [UInt8]) {
        if byte == ASCII.space {
            word.append(UInt8(ascii: "_"))
        } else if isPlain(byte) {
            word.append(byte)
        } else {
            ASCII.appendEscape(ASCII.equals, byte, to: &word)
        }
    }

    /// What may stand for itself in a phrase, the strictest place of all (RFC 2047 section 5 rule 3).
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"): true
        default: ASCII.isAlphanumeric(byte)
        }
    }
}
