import BookingLinks
import Foundation
import Testing

@Suite("The base of the links") struct LinkBaseTests {
    @Test(
        "usable bases",
        arguments: [
            ("https://book.example.org", "https://book.example.org", "book.example.org"),
            ("https://book.example.org/", "https://book.example.org", "book.example.org"),
            ("HTTPS://Book.Example.org:8443/app/v1/", "https://book.example.org:8443/app/v1", "book.example.org"),
            ("https://xn--bcher-kva.example/~a_b", "https://xn--bcher-kva.example/~a_b", "xn--bcher-kva.example"),
            ("http://localhost:8080", "http://localhost:8080", "localhost"),
            ("http://127.0.0.1:8025", "http://127.0.0.1:8025", "127.0.0.1"),
            ("http://[::1]:8025/x", "http://[::1]:8025/x", "[::1]"),
        ])
    func usable(text: String, url: String, audience: String) throws {
        let base = try LinkBase(text)
        #expect(base.url == url)
        #expect(base.audience == audience)
        #expect(try base.url(purpose: .appt, token: "v4.public.x.y") == url + "/l/appt/v4.public.x.y")
    }

    @Test(
        "bases that links cannot be built on",
        arguments: [
            "", "book.example.org", "https://", "https:///path", "http://book.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org", "http://128.0.0.1", "http://[::2]", "ftp://book.example.org",
            "https://user@book.example.org", "https://user:pass@book.example.org", "https://book.example.org?x=1",
            "https://book.example.org/?x=1", "https://book.example.org#top", "https://book.example.org/a#top",
            "https://book.example.org:0", "https://book.example.org:", "https://book.example.org:65536",
            "https://book.example.org:80a", "https://book.example.org//", "https://book.example.org/a//b",
            "https://book.example.org/../a", "https://book.example.org/./a", "https://book.example.org/%61",
            "https://book.example.org/a b", " https://book.example.org", "https://book.example.org\n",
            "https://bücher.example", "https://boo\u{212A}.example", "https://book.example.org\\@evil.example",
            "https://book..example", "https://[::1", "https://[::1]x", "https://-a.example",
        ])
    func unusable(text: String) {
        #expect(linkErrorCode { _ = try LinkBase(text) } == .invalidBase)
    }

    @Test("700 characters are the most")
    func length() throws {
        let base = try LinkBase("https://book.example.org")
        let room = LinkBase.maximumURLLength - "https://book.example.org/l/rsv/".utf8.count
        #expect(try base.url(purpose: .rsv, token: String(repeating: "a", count: room)).utf8.count == 700)
        #expect(
            linkErrorCode { _ = try base.url(purpose: .rsv, token: String(repeating: "a", count: room + 1)) }
                == .linkTooLong)
    }

    @Test("a real link is about 375 characters and verifies for the base's audience")
    func realLink() throws {
        let fixture = try Fixture()
        let base = try LinkBase("https://\(fixture.audience)")
        let url = try base.url(purpose: .rsv, token: fixture.token())
        #expect(url.utf8.count == 373)
        #expect(base.audience == fixture.signer.audience)
    }
}
