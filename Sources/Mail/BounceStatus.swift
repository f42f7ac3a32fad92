/// An enhanced mail system status code (RFC 3463) as reports quote it, such as `5.1.1`.
package struct BounceStatus: Hashable, Sendable, CustomStringConvertible {
    /// 2 success, 4 transient, 5 permanent.
    package let kind: Int
    /// What it is about, 0 when that is not said.
    package let subject: Int
    /// The detail within the subject, 0 when that is not said.
    package let detail: Int

    /// A status from its three numbers.
    package init(_ kind: Int, _ subject: Int, _ detail: Int) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// The first status that stands by itself in a text; nil when there is none.
    ///
    /// Four numbers are an address of the internet, and one that touches a letter is a version of something.
    init?(firstIn text: String) {
        let words = text.utf8.split { !(ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: ".")) }
        for word in words {
            let trimmed = word.last == UInt8(ascii: ".") ? word.dropLast() : word
            let parts = trimmed.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.count <= 3 ? Int(String(decoding: $0, as: UTF8.self)) : nil }
            guard parts.count == 3, numbers.count == 3, [2, 4, 5].contains(numbers[0]) else { continue }
            self.init(numbers[0], numbers[1], numbers[2])
            return
        }
        return nil
    }

    /// The dotted form, `5.1.1`.
    package var description: String { "\(kind).\(subject).\(detail)" }

    /// This status, or the other one where it says of the same class what this one leaves open.
    func refined(by other: BounceStatus?) -> BounceStatus {
        guard let other, other.kind == kind, (subject, detail) == (0, 0) else { return self }
        return other
    }
}

/// The three digits of an SMTP reply in what a report quotes.
enum BounceReplyCode {
    /// The first code of class 4 or 5 that stands by itself; nil when there is none.
    static func first(in text: String) -> Int? {
        // A code ends in a space or, on a line that goes on, a hyphen (RFC 5321 section 4.2).
        for word in text.utf8.split(whereSeparator: { " \t\n;:#'\"()".utf8.contains($0) }) {
            let digits = word.prefix(while: ASCII.isDigit)
            guard digits.count == 3, digits.count == word.count || word[digits.endIndex] == UInt8(ascii: "-"),
                let code = Int(String(decoding: digits, as: UTF8.self)), 400..<560 ~= code
            else { continue }
            return code
        }
        return nil
    }
}
