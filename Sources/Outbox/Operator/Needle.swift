package import FoundationEssentials

/// What an operator looks for, by the look of it; a pure value.
package enum Needle: Sendable, Equatable {
    /// A reader's address.
    case address(String)
    /// A reservation, task, client, provider, series, invitation or conversation. Where there is none it may be a relay's
    /// queue id.
    case subject(UUID)
    /// A letter's number. Where there is no such letter it may be a relay's queue id.
    case job(Int64)
    /// A Message-ID, without angle brackets.
    case messageID(String)
    /// A relay's own name for a letter.
    case queueID(String)

    /// Reads what somebody typed or pasted; nil when it is blank or cannot be any of these, as a link cannot.
    package init?(_ text: String) {
        let isBracket: (Character) -> Bool = { $0.isWhitespace || $0 == "<" || $0 == ">" }
        var body = text[...]
        while body.first.map(isBracket) == true { body.removeFirst() }
        while body.last.map(isBracket) == true { body.removeLast() }
        let word = String(body)
        guard !word.isEmpty, word.utf8.count <= 512, word.unicodeScalars.allSatisfy(Self.isOfWord) else { return nil }
        if let id = UUID(uuidString: word) {
            self = .subject(id)
        } else if word.contains("@") {
            // Ours begin with a UUID and a dot; whatever else has an @ is somebody's address.
            let isOurs = UUID(uuidString: String(word.prefix(36))) != nil && word.dropFirst(36).first == "."
            self = isOurs ? .messageID(word.lowercasedID) : .address(word)
        } else if !word.hasPrefix("0"), word.allSatisfy({ $0.isASCII && $0.isNumber }), let id = Int64(word) {
            self = .job(id)
        } else if Self.isQueueID(word) {
            self = .queueID(word)
        } else {
            return nil
        }
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
    }

    /// Whether it can be what a relay called a letter: whatever `Reply.queueID` takes, but for what opens a link.
    private static func isQueueID(_ word: String) -> Bool {
        word.utf8.count <= 128 && !word.hasPrefix("v4.public.") && !word.contains("://")
            && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.+/_=:[]".contains($0)) }
    }

    /// What it is, in a word or two; never the address.
    package var words: String {
        switch self {
        case .address(let address): "the address \(MaskedAddress(address))"
        case .subject(let id): "the id \(id.uuidString.lowercased())"
        case .job(let id): "job \(id)"
        case .messageID(let id): "the Message-ID \(id)"
        case .queueID(let id): "the queue id \(id)"
        }
    }
}

extension String {
    /// A Message-ID as the database has it: the half before the dot is hexadecimal in lower case.
    fileprivate var lowercasedID: String { prefix(36).lowercased() + dropFirst(36) }
}
