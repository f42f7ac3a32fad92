import Foundation
import Testing

@testable import Mail

@Suite("MIME parts")
struct MIMEPartTests {
    private func written(_ part: MIMEPart) -> String {
        var bytes: [UInt8] = []
        part.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func boundary(of part: MIMEPart) -> String {
        guard case .multipart(_, let boundary, _) = part.kind else { return "" }
        return boundary
    }

    @Test("carry ASCII, international and long file names")
    func fileNames() throws {
        func field(_ name: String) throws -> String {
            let part = try MIMEPart.leaf(
                [], as: ContentType("application", "ics"), disposition: .attachment(fileName: name))
            return written(part).components(separatedBy: "Content-Disposition: ").last ?? ""
        }
        #expect(try field("invite.ics") == "attachment; filename=invite.ics\r\n\r\n")
        #expect(try field("my \"x\".ics") == "attachment; filename=\"my \\\"x\\\".ics\"\r\n\r\n")
        #expect(try field("é.ics") == "attachment; filename*=utf-8''%C3%A9.ics\r\n\r\n")
        let long = try field(String(repeating: "é", count: 30))
        #expect(long.hasPrefix("attachment;\r\n filename*0*=utf-8''%C3%A9%C3%A9"))
        #expect(long.contains(";\r\n filename*1*=%C3%A9"))
        #expect(long.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test(
        "refuse file names that lead elsewhere",
        arguments: ["../a", "a/\u{301}b", "a\\b", "a\u{202E}txt.exe", "a\nb", ""])
    func badFileNames(name: String) {
        #expect(throws: MailError.self) { try Disposition.attachment(fileName: name) }
    }

    @Test("refuse types that are not types, and boundaries that are not ours")
    func contentTypes() throws {
        #expect(throws: MailError(.contentType, .malformed)) { try ContentType("te xt", "plain") }
        #expect(throws: MailError(.contentType, .malformed)) { try ContentType("text", "") }
        #expect(throws: MailError(.contentType, .malformed)) { try ContentType("text", "plain\r\nX: y") }
        #expect(throws: MailError(.contentType, .malformed)) { try MIMEParameter("a=b", "c") }
        #expect(throws: MailError(.contentType, .reservedName)) { try ContentType("Multipart", "mixed") }
        #expect(throws: MailError(.contentType, .reservedName)) {
            try ContentType("text", "plain", parameters: [MIMEParameter("Boundary", "x")])
        }
        #expect(throws: MailError(.multipart, .malformed)) { try MIMEPart.multipart("a/b", [.text("")]) }
        #expect(throws: MailError(.multipart, .empty)) { try MIMEPart.multipart("mixed", []) }
        #expect(throws: MailError(.text, .controlCharacter)) { try MIMEPart.text("a\0b") }
    }

    @Test(
        "in 7bit must be seven bits",
        arguments: [
            ("a\n", .bareLineEnding), ("é", .eightBit), ("\0", .controlCharacter),
            (String(repeating: "a", count: 999), .lineTooLong),
        ] as [(String, MailError.Problem)])
    func sevenBit(text: String, problem: MailError.Problem) {
        #expect(throws: MailError(.content, problem)) {
            try MIMEPart.leaf(Array(text.utf8), as: .plainText, encoding: .sevenBit)
        }
    }

    @Test("have a boundary that follows from their content and fits the grammar")
    func boundaries() throws {
        let first = try MIMEPart.alternative(text: "a", html: "b")
        #expect(boundary(of: first) == boundary(of: try .alternative(text: "a", html: "b")))
        let others = [
            try MIMEPart.alternative(text: "a", html: "c"), try .alternative(text: "ab", html: ""),
            try .multipart("mixed", [.text("a"), .text("b", as: .html)]), try .multipart("alternative", [first]),
        ]
        #expect(Set(others.map(boundary) + [boundary(of: first)]).count == 5)
        #expect(boundary(of: first).wholeMatch(of: /=_[a-z2-7]{24}/) != nil)
        #expect(written(first).hasPrefix("Content-Type: multipart/alternative; boundary=\"=_"))
    }

    @Test("choose another boundary when the first stands in a part")
    func boundaryInContent() throws {
        let digest = [UInt8](repeating: 7, count: 32)
        let first = Boundary.derive(from: digest) { _ in false }
        for content in ["\(first)", "--\(first)--\r\n", "x\r\n--\(first)"] {
            let second = Boundary.derive(from: digest) { Boundary.occurs($0, in: Array(content.utf8)) }
            #expect(second != first && second.count == first.count)
        }
        #expect(!Boundary.occurs(Array(first.utf8), in: Array(first.utf8.dropLast())))
    }
}
