import Foundation
import Fuzzing
import Testing

@testable import Mail

@Suite("Round trips through other readers")
struct RoundTripTests {
    @Test("Python's strict reader finds no defect and reads every message as it was meant")
    func python() throws {
        let mails = try Self.mails()
        let complaints = try MailOracle.complaints(about: mails)
        #expect(complaints.isEmpty, "\(complaints.count) of \(mails.count): \(complaints.prefix(5))")
    }

    @Test("Our own reader reads every message as Python's does")
    func ownReader() throws {
        for mail in try Self.mails() {
            let read = try ReadPart(message: Array(mail.raw))
            #expect(read.decoded("Subject") == mail.subject)
            for (name, expected) in [("from", mail.from), ("reply-to", mail.replyTo), ("to", mail.to)] {
                #expect(read.fields.first { $0.name.lowercased() == name }.map(Self.mailbox) ?? [] == expected)
            }
            #expect(read.field("message-id") == "<\(mail.messageID)>")
            #expect(read.structure == mail.structure)
            #expect(read.leaves.map { Data($0.content) } == mail.leaves)
            #expect(read.leaves.compactMap(\.fileName) == mail.fileNames)
        }
    }

    private static func mails() throws -> [ExpectedMail] {
        var generator = SeededGenerator(seed: 20_240_229)
        var mails: [ExpectedMail] = []
        for number in 0..<400 { mails.append(try hostileMail(number, using: &generator)) }
        for text in longTexts { mails.append(try mail("long", subject: text, name: text)) }
        for number in 0..<100 { mails.append(try treeMail(number, using: &generator)) }
        let invitation = try MIMEPart.invitation(text: "Hello", html: "<p>", event: Samples.event())
        mails.append(try expected("calendar", Samples.message(body: invitation)))
        return mails
    }

    /// Name, local part and domain of a mailbox as a reader sees it.
    private static func mailbox(_ field: ReadField) -> [String] {
        let text = field.decodedValue
        let address = text.components(separatedBy: " <").last ?? ""
        var name = String(text.dropLast(address.count + (address.count == text.count ? 0 : 2)))
        if field.value.first == "\"", address.count < text.count {
            name = String(name.dropFirst().dropLast()).replacing(/\\(.)/) { $0.output.1 }
        }
        return [name] + address.filter { $0 != ">" && $0 != "\"" }.components(separatedBy: "@")
    }

    @Test("Forbidden text is refused wherever it stands")
    func refusals() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let text = HostileText.text(holding: HostileText.forbidden, using: &generator)
            #expect(throws: MailError.self) { try Samples.message(subject: text).composed() }
            #expect(throws: MailError.self) { try Samples.mailbox(text) }
            #expect(throws: MailError.self) { try EmailAddress("\(text)@example.org") }
            #expect(throws: MailError.self) { try EmailAddress("a@\(text)") }
        }
    }

    @Test("mblaze reads the same subject and the same parts")
    func mblaze() throws {
        var generator = SeededGenerator(seed: 99)
        let invitation = try MIMEPart.invitation(text: "Hello", html: "<p>", event: Samples.event())
        var mails = [try Self.expected("calendar", Samples.message(subject: "Your time", body: invitation))]
        for number in 0..<12 { mails.append(try Self.treeMail(number, using: &generator)) }
        for mail in mails {
            let file = FileManager.default.temporaryDirectory.appending(path: "mblaze-\(UUID().uuidString).eml")
            try mail.raw.write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let path = file.path(percentEncoded: false)
            let subject = try MailOracle.run(["mhdr", "-d", "-h", "subject", path])
            #expect(String(decoding: subject, as: UTF8.self) == mail.subject + "\n")
            let isLeaf = mail.structure.split(separator: /[,()]/).map { !$0.hasPrefix("multipart/") }
            let leafNumbers = isLeaf.indices.filter { isLeaf[$0] }.map { $0 + 1 }
            for (leaf, index) in zip(mail.leaves, leafNumbers) {
                #expect(try MailOracle.run(["mshow", "-O", path, "\(index)"]) == leaf)
            }
        }
    }

    private static let longTexts = [
        String(repeating: "a", count: 10_000), String(repeating: "ab ", count: 3_333) + "c",
        String(repeating: "é", count: 10_000), String(repeating: "李", count: 10_000),
        String(repeating: "🙂", count: 7_500), "a" + String(repeating: "\u{301}", count: 9_999),
        String(repeating: "\"", count: 10_000), String(repeating: "\\ \"", count: 3_333),
    ]

    private static let addresses = [
        "a@example.org", "\"a..b\"@example.org", "x@bücher.example", "Zoe.O'Neil+t=1@sub.example.org",
        String(repeating: "a", count: 64) + "@" + String(repeating: "abcdefg.", count: 22) + "org",
    ]

    private static func hostileMail(
        _ number: Int, using generator: inout SeededGenerator
    ) throws -> ExpectedMail {
        let subject = HostileText.harmless(upTo: 60, using: &generator)
        let name = HostileText.harmless(upTo: 20, using: &generator)
        let text = HostileText.harmless(upTo: 200, using: &generator)
        let address = addresses.randomElement(using: &generator) ?? addresses[0]
        return try mail("hostile \(number)", subject: subject, name: name, address: address, text: text)
    }

    private static func mail(
        _ label: String, subject: String, name: String, address: String = "a@example.org", text: String = "Hello"
    ) throws -> ExpectedMail {
        let someone = try Samples.mailbox(name, address)
        let body = try MIMEPart.alternative(text: text, html: "<p>\(text)</p>\n")
        let message = try Samples.message(replyTo: someone, to: someone, subject: subject, body: body)
        return try expected(label, message)
    }

    /// A random tree of parts in all encodings, with file names.
    private static func treeMail(_ number: Int, using generator: inout SeededGenerator) throws -> ExpectedMail {
        let subject = "Tree " + HostileText.harmless(upTo: 5, using: &generator) + "."
        let body = try tree(depth: 3, using: &generator)
        return try expected("tree \(number)", Samples.message(subject: subject, body: body))
    }

    private static func tree(depth: Int, using generator: inout SeededGenerator) throws -> MIMEPart {
        if depth > 0, depth == 3 || Bool.random(using: &generator) {
            let count = Int.random(in: 1...3, using: &generator)
            let children = try (0..<count).map { _ in try tree(depth: depth - 1, using: &generator) }
            return try .multipart(["mixed", "alternative", "related"].randomElement(using: &generator) ?? "", children)
        }
        let text = HostileText.harmless(upTo: 60, using: &generator)
        let lines = text.split(separator: " ").joined(separator: "\n") + "\n.\nFrom here\n"
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return try .text(lines, as: .html, encoding: .quotedPrintable)
        case 1: return try .text("Seven bits\n.\nFrom\n--x\n", encoding: .sevenBit, disposition: .inline)
        case 2: return try .text(lines, as: .plainText)
        default:
            let content = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let scalars = HostileText.harmless(upTo: 30, using: &generator).unicodeScalars.filter { $0 != "\\" }
            let name = "f" + String(String.UnicodeScalarView(scalars)) + ".ics"
            return try .leaf(
                content, as: ContentType("application", "ics"), disposition: .attachment(fileName: name))
        }
    }

    private static func expected(_ label: String, _ message: Message) throws -> ExpectedMail {
        let composed = try message.composed()
        let leaves = leaves(of: message.body)
        return ExpectedMail(
            label: label, raw: Data(composed.bytes), from: pair(message.from), replyTo: pair(message.replyTo),
            to: pair(message.to), subject: message.subject, seconds: Int(message.date.timeIntervalSince1970),
            messageID: composed.messageID, structure: structure(of: message.body),
            leaves: leaves.map { Data($0.content) }, fileNames: leaves.compactMap { $0.disposition?.fileName?.value })
    }

    private static func pair(_ mailbox: Mailbox?) -> [String] {
        mailbox.map {
            [
                $0.name ?? "", String($0.address.localPart.trimmingPrefix("\"").replacing(/"$/, with: "")),
                $0.address.domain,
            ]
        } ?? []
    }

    private static func leaves(of part: MIMEPart) -> [MIMEPart.Leaf] {
        switch part.kind {
        case .leaf(let leaf): [leaf]
        case .multipart(_, _, let children): children.flatMap(leaves)
        }
    }

    private static func structure(of part: MIMEPart) -> String {
        switch part.kind {
        case .leaf(let leaf): "\(leaf.contentType.type)/\(leaf.contentType.subtype)"
        case .multipart(let subtype, _, let children):
            "multipart/\(subtype)(\(children.map(structure).joined(separator: ",")))"
        }
    }
}
