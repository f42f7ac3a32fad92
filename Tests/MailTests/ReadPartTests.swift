import Foundation
import Fuzzing
import Testing

@testable import Mail

@Suite("Messages read leniently")
struct ReadPartTests {
    private func read(_ text: String) throws -> ReadPart { try ReadPart(message: Array(text.utf8)) }

    @Test(
        "encoded words are read, and nothing else is taken for one",
        arguments: [
            // RFC 2047 section 8.
            ("=?ISO-8859-1?Q?a?= b", "a b"), ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a?=  \r\n  =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a_b?=", "a b"),
            ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"), ("=?iso-8859-1?q?Andr=E9?= P.", "André P."),
            ("=?utf-8?B?WsOk?= =?utf-8?B?aGxlcg==?=", "Zähler"),
            ("=?utf-8?Q?Z=C3?= =?utf-8?Q?=A4hler?=", "Zähler"), ("x =?utf-8?Q?=61?= y", "x a y"),
            ("=?koi8-r?B?8NLJ18XU?= =?utf-8?Q?a?=", "=?koi8-r?B?8NLJ18XU?= a"),
            ("=?iso-8859-1?Q?a?= =?utf-8?Q?b?= c", "ab c"), ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
            ("=?utf-8?Q?a b?=", "=?utf-8?Q?a b?="), ("=??=", "=??="),
            ("=?utf-8?Q??=", ""), ("a  b", "a  b"), ("=?utf-8?Q?a=0D=0ABcc:_b?=", "a\u{FFFD}\u{FFFD}Bcc: b"),
            ("=?utf-8?Q?=ff?=", "\u{FFFD}"), ("\"=?utf-8?Q?a?=\"", "\"=?utf-8?Q?a?=\""),
        ])
    func encodedWords(value: String, expected: String) throws {
        #expect(try read("Subject: \(value)\n\n").decoded("subject") == expected)
    }

    @Test(
        "parameters are read in all the spellings of RFC 2231",
        arguments: [
            ("attachment; filename=a.ics", "a.ics"), ("attachment; FileName=\"a;\\\"b.ics\"", "a;\"b.ics"),
            ("attachment; filename*=utf-8''Zo%C3%AB.ics", "Zoë.ics"),
            ("attachment; filename*=iso-8859-1'en'Zo%EB.ics", "Zoë.ics"),
            ("attachment; filename*0*=utf-8''Zo%C3; filename*1*=%AB%20; filename*2=\"%C3.ics\"", "Zoë %C3.ics"),
            ("attachment; filename*1=b; filename*0=a", "ab"), ("attachment; filename=x; filename*=utf-8''y", "y"),
            ("attachment; filename*=utf-8''%ZZ%", "%ZZ%"), ("attachment; filename*=y", "y"),
            ("attachment; filename*99999999999999999999=y", "y"), ("attachment; =; *=x; filename=z", "z"),
        ])
    func parameters(value: String, expected: String) throws {
        let part = try read("Content-Disposition: \(value)\n\n")
        #expect(part.fileName == expected && part.disposition == "attachment")
    }

    @Test("content is kept to the octet, and text has LF line endings")
    func content() throws {
        let crlf = "Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n--b\r\n\r\none\r\n\r\n--b \r\n"
        let message = try read(
            crlf
                + "Content-Type: text/html\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\na=\r\nb=3D\r\n--b--\r\n"
        )
        #expect(message.parts.map { String(decoding: $0.content, as: UTF8.self) } == ["one\r\n", "ab="])
        #expect(message.parts[0].text == "one\n")
        #expect(message.parts.map(\.encodedLength) == [5, 8])
        #expect(message.parts.map(\.transferEncoding) == ["7bit", "quoted-printable"])
        #expect(message.parts.map(\.disposition) == [nil, nil])
        let latin = try ReadPart(message: Array("Content-Type: text/plain; charset=ISO-8859-1\n\ncaf".utf8) + [0xE9])
        #expect(latin.text == "café")
    }

    /// Mailers of all kinds wrote these.
    @Test("Python reads the same parts, contents and subjects in what other programs wrote")
    func python() throws {
        let paths = BounceFixtures.names.map { BounceFixtures.folder.appending(path: "\($0).eml").path }
        let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "python3"
        let output = try MailOracle.run([python, "-X", "utf8", "-c", Self.script] + paths)
        let readings = try JSONDecoder().decode([Reading].self, from: output)
        for (name, reading) in zip(BounceFixtures.names, readings) {
            let message = try ReadPart(message: BounceFixtures.bytes(name))
            let leaves = message.leavesOutsideMessages
            #expect(message.decoded("subject") == reading.subject, "\(name)")
            #expect(leaves.map(\.type) == reading.types, "\(name)")
            for (ours, theirs) in zip(leaves, reading.contents) where ours.type.hasPrefix("text/") {
                #expect(ours.text.trimmingBlankLines == theirs.trimmingBlankLines, "\(name)")
            }
        }
        #expect(readings.count > 40)
    }

    private struct Reading: Decodable {
        let subject: String
        let types: [String]
        let contents: [String]
    }

    private static let script = #"""
        import email, email.policy, json, sys

        def leaves(part):
            if part.get_content_maintype() == "multipart":
                return [leaf for child in part.get_payload() for leaf in leaves(child)]
            return [part]

        def text(part):
            if part.get_content_maintype() != "text":
                return ""
            charset = part.get_content_charset() or "utf-8"
            return part.get_payload(decode=True).decode(charset, "replace").replace("\r\n", "\n")

        def read(path):
            message = email.message_from_bytes(open(path, "rb").read(), policy=email.policy.default)
            parts = leaves(message)
            subject = str(message["subject"] or "")
            return {"subject": subject, "types": [p.get_content_type() for p in parts], "contents": list(map(text, parts))}

        json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
        """#
}

extension ReadPart {
    /// The parts without parts, and messages as such.
    fileprivate var leavesOutsideMessages: [ReadPart] {
        type.hasPrefix("multipart/") && parameters["boundary"] != nil ? parts.flatMap(\.leavesOutsideMessages) : [self]
    }
}

extension String {
    fileprivate var trimmingBlankLines: String { trimmingCharacters(in: .newlines) }
}
