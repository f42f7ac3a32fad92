/// Why an address cannot be spoken to a relay.
package struct EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which of the two paths.
    package enum Side: String, Sendable {
        /// The reverse path.
        case sender
        /// The forward path.
        case recipient
    }

    /// What is wrong with it.
    package enum Reason: String, Sendable {
        /// No recipient.
        case empty = "is empty"
        /// Something that could end a command or hide in a log.
        case forbiddenCharacter = "holds a control character, a blank, '<' or '>'"
        /// No `@` with something on both sides.
        case noMailbox = "is not of the form name@domain"
        /// Longer than RFC 5321 §4.5.3.1 allows.
        case tooLong = "is longer than 254 bytes, or its name longer than 64"
    }

    /// Which of the two paths.
    package let side: Side
    /// What is wrong with it.
    package let reason: Reason

    /// One sentence, without the address.
    package var description: String {
        "The \(side.rawValue) address \(reason.rawValue); correct it where it is stored."
    }
}

/// Who a message is from and who it goes to, as SMTP is told: one recipient, and nothing that could end a command.
///
/// libcurl and relays both pass on what they are given, so a line break in an address would be a second command;
/// everything that cannot stand in a path is refused here (RFC 5321 §4.1.2).
package struct Envelope: Sendable, Equatable {
    let reversePath: [UInt8]
    let forwardPath: [UInt8]

    /// Checks both paths; the reverse path may be empty, as `<>` of a notification that must never bounce.
    package init(reversePath: String, forwardPath: String) throws(EnvelopeError) {
        if !reversePath.isEmpty { try Self.check(reversePath, .sender) }
        guard !forwardPath.isEmpty else { throw EnvelopeError(side: .recipient, reason: .empty) }
        try Self.check(forwardPath, .recipient)
        self.reversePath = Array(reversePath.utf8)
        self.forwardPath = Array(forwardPath.utf8)
    }

    /// Which path needs SMTPUTF8 (RFC 6531), the recipient first; nil when both are ASCII.
    var sideNeedingUTF8: EnvelopeError.Side? {
        if forwardPath.contains(where: { $0 > 0x7F }) { return .recipient }
        return reversePath.contains(where: { $0 > 0x7F }) ? .sender : nil
    }

    /// The addresses and their local parts, with and without a tag, in lower case: what a stored reply must not show.
    var words: Set<String> {
        var words: Set<String> = []
        for path in [reversePath, forwardPath] where !path.isEmpty {
            let address = String(decoding: path, as: UTF8.self).lowercased()
            words.insert(address)
            let name = address.prefix { $0 != "@" }
            words.formUnion([String(name), String(name.prefix { $0 != "+" })])
        }
        return words
    }

    private static func check(_ path: String, _ side: EnvelopeError.Side) throws(EnvelopeError) {
        guard path.unicodeScalars.allSatisfy(isAllowed) else {
            throw EnvelopeError(side: side, reason: .forbiddenCharacter)
        }
        guard let at = path.lastIndex(of: "@"), at != path.startIndex, path.index(after: at) != path.endIndex,
            path[..<at].hasPrefix("\"") || !path[..<at].contains("@")
        else { throw EnvelopeError(side: side, reason: .noMailbox) }
        // RFC 5321 §4.5.3.1: a path is 256 octets with its brackets, a local part 64.
        guard path.utf8.count <= 254, path[..<at].utf8.count <= 64 else {
            throw EnvelopeError(side: side, reason: .tooLong)
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "<" || scalar == ">" { return false }
        if scalar.value < 0x80 { return (0x21...0x7E).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            return false
        default:
            return true
        }
    }
}

extension Envelope: CustomStringConvertible, CustomReflectable {
    /// Says that there is one, never whom it names.
    package var description: String { "<envelope>" }
    /// No children, so that `dump` and test reports show no address.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
