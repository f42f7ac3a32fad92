import BookingLinks
import Foundation
import Rendering

@testable import Mail
@testable import Notifications
@testable import Preview

/// Letters for sites, made by hand: their bytes are whatever a test needs.
enum SiteSample {
    static let now = Date(timeIntervalSince1970: 1_804_000_000)
    static let ordinary = SpecimenID(kind: "reservation.confirm", locale: "en", scenario: "ordinary")
    static let spanish = SpecimenID(kind: "reservation.confirm", locale: "es", scenario: "ordinary")
    static let hostile = SpecimenID(kind: "reservation.confirm", locale: "en", scenario: "hostile")
    static let other = SpecimenID(kind: "portal.activate", locale: "en", scenario: "ordinary")

    /// Ends elements and attributes, also where an escape goes by characters: the accent joins with the quotation mark.
    static let markup =
        "\"\u{301}'\u{301} onload=x ><canary></pre></title></script>&lt;&amp;{{canary}}\u{202E}\u{7}\u{FFFE}"

    static func base() throws -> LinkBase { try LinkBase("https://book.example.org") }

    static func specimen(_ id: SpecimenID, bytes: [UInt8], title: String = "An ordinary visit") throws -> Specimen {
        let job = Job(
            ticket: Ticket(jobID: 1, claimNumber: 1), kind: id.kind, subjectID: UUID(), subjectGeneration: 1,
            audience: "client", attempts: 0, expiresAt: now + 3600, triedAt: nil, messageUUID: UUID(), datedAt: now,
            isInDoubt: false)
        let message = ComposedMessage(bytes: bytes, messageID: "1@example.org", needsSMTPUTF8: false)
        return Specimen(
            id: id, title: title, claim: Claim(job: job, facts: .gone, links: [], dueAt: now, readAt: now),
            letter: Letter(
                bounceAddress: try EmailAddress("bounces@example.org"), recipient: try EmailAddress("zoe@example.org"),
                message: message, askedLocale: id.locale, locale: id.locale))
    }

    static func bytes(subject: String = "Please confirm") throws -> [UInt8] {
        try LetterSample.message(subject: subject).composed().bytes
    }

    /// A message that no composer of ours would write, with markup wherever a message can hold words.
    static var hostileBytes: [UInt8] {
        let word = "=?utf-8?B?\(Data(markup.utf8).base64EncodedString())?="
        return Array(
            """
            From: \(word) <a@example.org>\r
            To: \(word)\r
            Subject: \(word)\r
            Date: \(markup)\r
            X-<canary>: \(markup)\r
            Content-Type: multipart/mixed; boundary=b\r
            \r
            --b\r
            Content-Type: text/plain; charset=utf-8; x="<canary>"\r
            \r
            \(markup) https://example.org/\(markup)\r
            --b\r
            Content-Type: text/html; charset=utf-8\r
            \r
            <div style="display:none">\(markup)</div><a href="javascript:x">\(markup)</a><canary>\u{600}<LINK rel=preconnect href=//x.example.org>\u{600}<iFrame src=//x.example.org>\r
            --b\r
            Content-Type: text/calendar; charset=utf-8\r
            \r
            BEGIN:VCALENDAR\r
            SUMMARY;X="<canary>":\(markup)\r
            END:VCALENDAR\r
            --b\r
            Content-Type: image/png; name="\(word)"\r
            Content-Disposition: attachment; filename="\(word)"\r
            \r
            x\r
            --b--\r

            """.utf8)
    }

    /// Three letters and findings of every sort, some of them hostile.
    static func gallery() throws -> Gallery {
        Gallery(
            specimens: [
                try specimen(other, bytes: bytes(subject: "Activate")),
                try specimen(hostile, bytes: hostileBytes, title: markup),
                try specimen(ordinary, bytes: bytes()), try specimen(spanish, bytes: bytes(subject: "Por favor")),
            ].sorted { $0.id < $1.id },
            findings: [
                Finding(
                    "unknownName", at: TemplateLocation(file: "reservation.confirm/en.mustache", line: 12, column: 7),
                    "when.dya is no name. \(markup)"),
                Finding("links-differ", in: hostile, markup), Finding("size", .warning, in: ordinary, "Too large."),
            ])
    }

    static func inbox() throws -> [InboxLetter] {
        let all: [[UInt8]] = [hostileBytes, try bytes(), Array("no message at all <canary>".utf8)]
        return all.enumerated().map { index, bytes in
            let second = Int(now.timeIntervalSince1970)
            let file = OpenFolder.Entry(
                name: "\(index)", modified: timespec(tv_sec: second, tv_nsec: 0), length: bytes.count, inode: 1)
            return InboxLetter(
                id: "000000000000000\(index)", file: file, isCut: false, letter: ReadLetter(bytes), trouble: nil)
        }
    }

    /// What an export of these letters leaves, read again.
    static func baseline(of specimens: [Specimen]) throws -> Baseline {
        let folder = try ScratchFolder()
        let site = Site(gallery: Gallery(specimens: specimens, findings: []), base: try base())
        for path in site.paths where path == "letters.json" || path.hasSuffix("message.eml") {
            try folder.write(path, site.page(at: path)?.bytes ?? [])
        }
        return try Baseline(directory: folder.path)
    }

    /// A site with everything a site can have.
    static func site() throws -> Site {
        let before = [
            try specimen(ordinary, bytes: bytes(subject: "Please confirm, before")),
            try specimen(spanish, bytes: bytes(subject: "Por favor")), try specimen(hostile, bytes: bytes()),
            try specimen(SpecimenID(kind: "task.digest", locale: "en", scenario: "gone"), bytes: hostileBytes),
        ]
        return Site(
            gallery: try gallery(), base: try base(), inbox: try inbox(), baseline: try baseline(of: before),
            live: true, sendsTests: true)
    }
}
