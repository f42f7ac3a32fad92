package import FoundationEssentials
package import Mail
import Rendering

/// Makes a letter a test: it goes to somebody else, is a message of its own, and says at every end that it is a test.
///
/// What it adds needs no template, so that a test of a template says so whatever the template says.
package struct TestCopy: Sendable {
    let recipient: EmailAddress
    let messageUUID: UUID
    let date: Date

    private static let mark = "TEST"
    private static let sentence =
        "This is a test of how this email looks. Nobody has an appointment, and its links open nothing."

    /// - Parameters:
    ///   - recipient: to whom it goes instead; the caller has made sure that it may.
    ///   - messageUUID: a new one each time, so that a test never passes for a copy of another.
    ///   - date: now; the second counts.
    package init(to recipient: EmailAddress, messageUUID: UUID, date: Date) {
        self.recipient = recipient
        self.messageUUID = messageUUID
        self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
    }

    /// The letter with the mark before its subject and a banner at the top of both bodies.
    func marked(_ letter: RenderedLetter) -> RenderedLetter {
        var marked = letter
        marked.subject = self.marked(letter.subject)
        marked.text = "\(Self.mark). \(Self.sentence)\n\n\(letter.text)"
        marked.html = Self.banner(in: letter.html)
        return marked
    }

    /// A line such as a subject, with the mark before it.
    func marked(_ line: String) -> String { "\(Self.mark): \(line)" }

    /// The banner right behind the tag that opens the body; before everything where there is none.
    private static func banner(in html: String) -> String {
        let banner = """
            <div lang="en" dir="ltr" style="padding:12px 16px;background-color:#ffd84d;color:#1a1a1a;\
            font:bold 16px/24px sans-serif;text-align:center">\(mark). \(sentence)</div>

            """
        guard let body = html.firstMatch(of: /<body[^>]*>\n?/) else { return banner + html }
        return String(html[..<body.range.upperBound]) + banner + String(html[body.range.upperBound...])
    }
}
