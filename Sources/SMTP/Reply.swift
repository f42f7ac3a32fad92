/// One complete reply of the relay (RFC 5321 §4.2): a code and its lines.
///
/// Keeps the bytes and makes text only when asked, because nearly every reply is looked at once, by its code.
package struct Reply: Sendable, Equatable {
    /// The three-digit code, 200 to 599.
    package let code: Int
    /// The lines as received, codes and separators included, each ended by CRLF.
    let wire: [UInt8]

    init(code: Int, wire: [UInt8]) {
        self.code = code
        self.wire = wire
    }

    /// 2yz: done.
    package var isPositive: Bool { code / 100 == 2 }
    /// 4yz: refused for now.
    package var isTransient: Bool { code / 100 == 4 }

    /// The text of each line, without code and separator; bytes that are no UTF-8 are replaced.
    ///
    /// Replies echo addresses: never log or store these, use ``scrubbed(limit:hiding:)``.
    package var lines: [String] {
        wire.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
            .map { String(decoding: $0.dropFirst(4).prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self) }
    }

    /// The enhanced status code at the start of the first line, if the relay sends them (RFC 2034).
    package var enhancedStatus: EnhancedStatus? {
        EnhancedStatus(leading: wire.dropFirst(4).prefix { $0 != UInt8(ascii: "\r") })
    }

    /// Whether the enhanced code is of another class than the basic one (RFC 2034 §4 forbids it).
    package var isContradictory: Bool { enhancedStatus.map { $0.kind != code / 100 } ?? false }

    /// The relay's own words on all lines in lower case, without the status that relays repeat on each.
    ///
    /// Without addresses, and without what is quoted of the recipient's host ("host x said: …"): both are chosen by
    /// whoever gave the address, and must not be mistaken for what the relay says of itself.
    var words: [String] {
        let words = lines.flatMap { line in
            let words = line.lowercased().split(whereSeparator: \.isWhitespace)
            return words.dropFirst(EnhancedStatus(leading: line.utf8) == nil ? 0 : 1)
        }
        return words.prefix { $0 != "said:" }.filter { !$0.contains("@") }.map(String.init)
    }

    /// The text of all lines, joined by blanks.
    var text: String { lines.joined(separator: " ") }
}
