import BookingLinks
import Foundation
import Mail
import Preview
import Signing
import Testing

@Suite("Links of a letter")
struct ReadLinkTests {
    private static let now = Date(timeIntervalSince1970: 1_804_000_000)
    private let signer: LinkSigner
    private let verifier: LinkVerifier

    init() throws {
        let environment = try LinkEnvironment("test")
        signer = try LinkSigner(
            key: PrivateKey(seed: Array(0..<32)), keyID: KeyID("k"), audience: "book.example.org",
            environment: environment)
        verifier = try LinkVerifier(
            keys: KeyRing([KeyRing.Entry(keyID: KeyID("k"), publicKey: signer.publicKey)]),
            audience: "book.example.org", environment: environment)
    }

    private func token(signer: LinkSigner? = nil) throws -> String {
        try (signer ?? self.signer).token(
            purpose: .rsv, subject: UUID(), jti: UUID(), generation: 1, issuedAt: Self.now - 3600,
            expiresAt: Self.now + 3600)
    }

    /// A token of another key that goes by the same name.
    private func foreignToken() throws -> String {
        try token(
            signer: LinkSigner(
                key: PrivateKey(seed: Array(1...32)), keyID: signer.keyID, audience: signer.audience,
                environment: signer.environment))
    }

    private func letter(html: String, text: String = "") throws -> ReadLetter {
        ReadLetter(
            try LetterSample.message(body: .alternative(text: text, html: html)).composed().bytes)
    }

    @Test("a booking link says what it is for, when it ends and whether it is genuine")
    func genuine() throws {
        let url = "https://book.example.org/l/rsv/\(try token())"
        let read = try letter(html: "<a href=\"\(url)\">Confirm&nbsp;<b>now</b></a>", text: "Confirm:\n\(url)\n")
        let link = try #require(read.links(verifiedBy: verifier, at: Self.now).first)
        #expect(link.url == url && link.label == "Confirm now" && link.isInHTML && link.isInText)
        #expect(link.purpose == .rsv && link.expiresAt == Self.now + 3600)
        #expect(link.verdict == "yes" && link.isGenuine == true)
        let unjudged = try #require(read.links(verifiedBy: nil, at: Self.now).first)
        #expect(unjudged.purpose == .rsv && unjudged.verdict == "not verified" && unjudged.isGenuine == nil)
        let late = try #require(read.links(verifiedBy: verifier, at: Self.now + 3600).first)
        #expect(late.verdict == "no: expired" && late.isGenuine == false && late.expiresAt == Self.now + 3600)
    }

    @Test("a link that is not as it should be is told with the reason")
    func refused() throws {
        let token = try token()
        let table = [
            ("https://book.example.org/l/appt/\(token)", "no: wrong signature"),
            ("https://book.example.org/l/rsv/\(try foreignToken())", "no: wrong signature"),
            ("https://book.example.org/l/rsv/nonsense", "no: not a token"),
            ("https://evil.example/l/rsv/\(token)", "no: leads elsewhere"),
            ("https://book.example.org@evil.example:443/l/rsv/\(token)", "no: leads elsewhere"),
            ("https://BOOK.example.org:8443/sub/l/rsv/\(token)?x=1#y", "yes"),
            ("https://book.example.org/l/xyz/\(token)", "not a booking link"),
            ("https://book.example.org/l/rsv", "not a booking link"),
            ("/l/rsv/\(token)", "not a booking link"), ("mailto:a@example.org", "not a booking link"),
            ("l/rsv/", "not a booking link"), ("", "not a booking link"),
        ]
        for (url, verdict) in table {
            let links = try letter(html: "<a href='\(url)'>x</a>").links(verifiedBy: verifier, at: Self.now)
            #expect(links.first?.verdict == verdict, "\(url)")
            #expect(links.map(\.url) == [url])
        }
    }

    @Test("each address stands once, with its first label and where it is found")
    func places() throws {
        let html = """
            <style>/* <a href="https://style.example">s</a> */</style><!-- <a href="https://comment.example">c</a> -->
            <a href="https://a.example/?x=1&amp;y=2&z">First</a><A HREF = https://b.example >Open <a href='https://a.example/?x=1&y=2&z'>
            Second</a><a name="anchor">no link</a><a href="https://d.example" title="a > b">Last
            """
        let text =
            "(see https://c.example/w_(x)), or https://a.example/?x=1&y=2&z.\n\u{200F}https://e.example/\u{200F}\nxhttp://"
        let links = try letter(html: html, text: text).links(verifiedBy: nil, at: Self.now)
        #expect(
            links.map { "\($0.url) \($0.label ?? "-") \($0.isInHTML) \($0.isInText)" } == [
                "https://a.example/?x=1&y=2&z First true true", "https://b.example Open true false",
                "https://d.example Last true false", "https://c.example/w_(x) - false true",
                "https://e.example/ - false true",
            ])
    }
}
