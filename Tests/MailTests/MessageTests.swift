import Foundation
import Mail
import Signing
import Testing

@Suite("Composed messages")
struct MessageTests {
    @Test("have these octets")
    func golden() throws {
        let message = try Samples.message(
            from: Samples.mailbox("Praxis am Schloß", "no-reply@example.com"),
            replyTo: Samples.mailbox("Office, Dr. Who", "office@example.com"),
            to: Samples.mailbox("李小龍", "bruce@bücher.example"), subject: "Please confirm – Tuesday",
            extraFields: [.structured("List-Unsubscribe", "<https://example.com/u>")])
        let composed = try message.composed()
        #expect(composed.text == crlf(Self.goldenText))
        #expect(composed.messageID == "01020304-0506-0708-090a-0b0c0d0e0fff.7nlrdxl5xv@example.com")
        #expect(!composed.needsSMTPUTF8)
    }

    private static let goldenText = """
        Date: Tue, 14 Nov 2023 22:13:20 +0000
        From: =?utf-8?Q?Praxis_am_Schlo=C3=9F?= <no-reply@example.com>
        Reply-To: "Office, Dr. Who" <office@example.com>
        To: =?utf-8?B?5p2O5bCP6b6N?= <bruce@xn--bcher-kva.example>
        Subject: =?utf-8?Q?Please_confirm_=E2=80=93_Tuesday?=
        Message-ID: <01020304-0506-0708-090a-0b0c0d0e0fff.7nlrdxl5xv@example.com>
        MIME-Version: 1.0
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: OOF, AutoReply
        Content-Language: en
        List-Unsubscribe: <https://example.com/u>
        Content-Type: multipart/alternative; boundary="=_m5j3erfhje6oih3e4sxnxp6g"

        --=_m5j3erfhje6oih3e4sxnxp6g
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        SGVsbG8NCg==
        --=_m5j3erfhje6oih3e4sxnxp6g
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64

        PHA+SGVsbG88L3A+DQo=
        --=_m5j3erfhje6oih3e4sxnxp6g--

        """

    @Test("with one 7bit part have these octets")
    func goldenSinglePart() throws {
        let body = try MIMEPart.text("Hello\n", as: .plainText, encoding: .sevenBit)
        #expect(try Samples.message(body: body).composed().text == crlf(Self.singlePartText))
    }

    @Test("with an empty part end with its empty line")
    func emptyPart() throws {
        #expect(try Samples.message(body: .text("")).composed().text.hasSuffix("base64\r\n\r\n"))
    }

    private static let singlePartText = """
        Date: Tue, 14 Nov 2023 22:13:20 +0000
        From: Practice <no-reply@example.com>
        To: someone@example.org
        Subject: Hello
        Message-ID: <01020304-0506-0708-090a-0b0c0d0e0fff.vvy3mcugd2@example.com>
        MIME-Version: 1.0
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: OOF, AutoReply
        Content-Language: en
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Hello

        """

    @Test("are the same for the same values, and each value changes the Message-ID")
    func deterministic() throws {
        let message = try Samples.message()
        let composed = try message.composed()
        #expect(try Samples.message().composed() == composed)
        var changes = [Message](repeating: message, count: 9)
        changes[0].subject += "."
        changes[1].date += 1
        changes[2].to = try Samples.mailbox("Other", "someone@example.org")
        changes[3].replyTo = message.from
        changes[4].language = "de"
        changes[5].body = try .alternative(text: "Hellp\n", html: "<p>Hello</p>\n")
        changes[6].body = try .alternative(text: "Hello\n", html: "<p>Hello</p>\n\n")
        changes[7].extraFields = [try .structured("X-Test", "1")]
        changes[8].from = try Samples.mailbox("Practise", "no-reply@example.com")
        let identifiers = try changes.map { try $0.composed().messageID }
        #expect(Set(identifiers + [composed.messageID]).count == 10)
        let prefix = "01020304-0506-0708-090a-0b0c0d0e0fff."
        #expect(identifiers.allSatisfy { $0.hasPrefix(prefix) && $0.hasSuffix("@example.com") })
    }

    @Test("carry an id that anyone can compute from the other octets")
    func identifier() throws {
        let composed = try Samples.message().composed()
        let match = try #require(composed.messageID.wholeMatch(of: /[0-9a-f-]{36}\.([a-z2-7]{10})@example\.com/))
        let others = composed.text.replacing("." + match.1 + "@", with: ".@")
        let digest = SHA256.digest(Array(others.utf8))
        let bits = digest.prefix(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 6
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        let expected = (0..<10).reversed().map { alphabet[Int(bits >> (5 * UInt64($0)) & 31)] }
        #expect(String(match.1) == String(expected))
        #expect(composed.text.contains("\r\nMessage-ID: <\(composed.messageID)>\r\n"))
    }

    @Test(
        "write dates in UTC to the second",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_825_599.999, "Tue, 29 Feb 2000 11:59:59 +0000"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"), (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 +0000"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
        ])
    func dates(seconds: Double, expected: String) throws {
        var message = try Samples.message()
        message.date = Date(timeIntervalSince1970: seconds)
        #expect(try message.composed().text.hasPrefix("Date: \(expected)\r\n"))
    }

    @Test(
        "refuse a date that cannot be written",
        arguments: [-1, 253_402_300_800, Double.infinity, -Double.infinity, Double.nan])
    func badDates(seconds: Double) throws {
        var message = try Samples.message()
        message.date = Date(timeIntervalSince1970: seconds)
        #expect(throws: MailError(.date, .outOfRange)) { try message.composed() }
    }

    @Test("refuse a language that is no tag", arguments: ["", "en_GB", "en-", "en\r\nBcc: a@b", "abcdefghi", "é"])
    func languages(tag: String) throws {
        var message = try Samples.message()
        message.language = tag
        #expect(throws: MailError(.language, .malformed)) { try message.composed() }
    }

    @Test(
        "refuse fields that the composer writes or that re-route",
        arguments: ["bcc", "To", "Content-Type", "Resent-To"])
    func reservedFields(name: String) throws {
        let message = try Samples.message(extraFields: [.structured(name, "x")])
        #expect(throws: MailError(.header(name), .reservedName)) { try message.composed() }
    }

    @Test("hold raw UTF-8 only for an address that needs it, and say so")
    func internationalAddress() throws {
        let composed = try Samples.message(to: Samples.mailbox("李", "李@example.org")).composed()
        #expect(composed.needsSMTPUTF8)
        #expect(composed.text.contains("\r\nTo: =?utf-8?B?5p2O?= <李@example.org>\r\n"))
    }
}
