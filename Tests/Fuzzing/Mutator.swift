/// Makes new inputs from good ones: a few small wounds, of the kind that parsers fall over.
package struct Mutator: Sendable {
    private let corpus: [[UInt8]]
    private let words: [[UInt8]]

    /// A mutator of the texts of `corpus`, which must not be empty, that also puts in `words`.
    package init(corpus: [String], words: [String]) {
        self.corpus = corpus.map { Array($0.utf8) }
        self.words = words.map { Array($0.utf8) }
    }

    /// One input: now and then an unharmed one.
    package func input(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = pick(corpus, using: &generator)
        for _ in 0..<Int.random(in: 0...6, using: &generator) { wound(&bytes, using: &generator) }
        return bytes
    }

    private func wound(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        let from = Int.random(in: 0...bytes.count, using: &generator)
        let to = Int.random(in: from...min(bytes.count, from + 24), using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: bytes.removeSubrange(from..<to)
        case 1: bytes.insert(contentsOf: bytes[from..<to], at: from)
        case 2: bytes.replaceSubrange(from..<to, with: [UInt8.random(in: .min ... .max, using: &generator)])
        case 3: bytes.insert(contentsOf: pick(words, using: &generator), at: from)
        case 4: bytes.replaceSubrange(from..<to, with: pick(words, using: &generator))
        case 5: bytes.replaceSubrange(from..., with: pick(corpus, using: &generator).suffix(64))
        case 6: if from < to { bytes[from] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
        default:
            let many = Int.random(in: 1...64, using: &generator)
            for _ in 0..<many where bytes.count < 20_000 { bytes.insert(contentsOf: bytes[from..<to], at: to) }
        }
    }

    private func pick(_ choices: [[UInt8]], using generator: inout SeededGenerator) -> [UInt8] {
        choices.randomElement(using: &generator) ?? []
    }
}
