import Foundation
import Preview
import TestSupport
import Testing

/// What the server answers, asked by a client that sends whatever it is told.
@Suite struct PreviewServerTests {
    private static let texts = [
        "index.html": "<p>gallery</p>", "letter/a.b/en/ordinary/index.html": "<p>letter</p>",
        "letter/a.b/en/ordinary/letter.html": "<script>alert(1)</script>", "assets/viewer.js": "let a = 1",
    ]

    private func site() -> CurrentSite { CurrentSite(pages(Self.texts)) }

    @Test("Pages are served to GET and HEAD by their path, the gallery also at the top; other methods are refused")
    func methods() async throws {
        try await withServer(site()) { client in
            for (path, text) in [("/", "<p>gallery</p>"), ("/index.html?a=/../b", "<p>gallery</p>")] {
                let page = try await client.get(path)
                #expect(page.status == 200 && page.body == text)
                #expect(page.headers["content-type"] == "text/html; charset=utf-8")
                let head = try await client.exchange("HEAD", path)
                #expect(head.status == 200 && head.body.isEmpty)
                #expect(head.headers["content-length"] == "\(text.utf8.count)")
            }
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
                let refusal = try await client.exchange(method, "/index.html")
                #expect(refusal.status == 405 && refusal.headers["allow"] == "GET, HEAD")
            }
        }
    }

    @Test(
        "What is no page of the site is not found, however it is written",
        arguments: [
            "/letter/a.b/en/ordinary", "/letter/", "//index.html", "/./index.html", "/../index.html",
            "/%2e%2e/etc/passwd",
            "/..%2f..%2fetc/passwd", "/etc/passwd", "//etc/passwd", "/assets/../index.html", "/assets/..%5cviewer.js",
            "/index.html%00.js", "/index.html%00", "/INDEX.html", "/letter/a.b/en/ordinary/send", "/%69ndex.html",
            "/assets/viewer.js/", "/\u{FF0E}\u{FF0E}/index.html",
        ])
    func unknown(_ path: String) async throws {
        try await withServer(site()) { client in
            let raw = path.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: "\u{21}"..."\u{7E}"))
            let answer = try await client.get(try #require(raw))
            #expect(answer.status == 404 && answer.body == "There is no such page.\n")
            #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        }
    }

    @Test("A NUL in a path ends the exchange without a page")
    func nul() async throws {
        try await withServer(site()) { client in
            let answer = try await client.get("/index.html\u{2400}.js")
            #expect(answer.status == 400)
        }
    }

    @Test("Our pages load from here alone; a letter opened by itself has no script and an origin of its own")
    func fields() async throws {
        try await withServer(site()) { client in
            for path in ["/", "/letter/a.b/en/ordinary/index.html", "/assets/viewer.js", "/events", "/none"] {
                let fields = try await client.exchange("HEAD", path).headers
                #expect(fields["x-content-type-options"] == "nosniff")
                #expect(fields["referrer-policy"] == "no-referrer")
                #expect(fields["x-frame-options"] == "DENY")
                #expect(fields["cross-origin-resource-policy"] == "same-origin")
                #expect(fields["cross-origin-opener-policy"] == "same-origin")
                #expect(fields["cache-control"] == "no-store")
            }
            let ours = try #require(try await client.get("/").headers["content-security-policy"])
            #expect(ours.contains("script-src 'self';") && ours.hasSuffix("frame-ancestors 'none'"))
            let letter = try await client.get("/letter/a.b/en/ordinary/letter.html")
            let policy = try #require(letter.headers["content-security-policy"])
            #expect(policy.hasPrefix("sandbox; default-src 'none';") && !policy.contains("script-src"))
            #expect(policy.hasSuffix("frame-ancestors 'self'"))
            #expect(letter.headers["x-frame-options"] == "SAMEORIGIN")
        }
    }

    @Test(
        "A request for another host is refused: a foreign name may resolve to this machine",
        arguments: [
            "evil.example", "evil.example:8025", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1",
            "0.0.0.0", "", "[::2]", "127.0.0.1@evil.example", "127.evil.example",
        ])
    func foreignHost(_ host: String) async throws {
        try await withServer(site()) { client in
            let answer = try await client.exchange("GET", "/", ["Host": host])
            #expect(answer.status == 421 && !answer.body.contains("gallery"))
        }
    }

    @Test(
        "This machine's own names are served, whatever port was forwarded",
        arguments: ["127.0.0.1", "localhost:9000", "LOCALHOST", "[::1]:8025", "127.0.0.2"])
    func ownHost(_ host: String) async throws {
        try await withServer(site()) { client in
            let answer = try await client.exchange("GET", "/", ["Host": host])
            #expect(answer.status == 200)
        }
    }

    @Test("Listening on every address, addresses are served and names are not")
    func everyAddress() async throws {
        try await withServer(site(), host: "0.0.0.0") { client in
            for host in ["192.0.2.7:8025", "localhost", "[2001:db8::1]"] {
                let answer = try await client.exchange("GET", "/", ["Host": host])
                #expect(answer.status == 200)
            }
            for host in ["evil.example", nil] {
                let answer = try await client.exchange("GET", "/", ["Host": host])
                #expect(answer.status == 421)
            }
        }
    }

    @Test("Every open page hears of a change, many at once; a sign of life comes in between; the end closes them")
    func events() async throws {
        let site = site()
        let readers = try await withServer(site, keepAlive: .milliseconds(50)) { client in
            let readers = try await EventReaders(40, port: client.port)
            try await readers.all("greeting")
            try await readers.all("sign")
            site.show(pages(["index.html": "<p>new</p>"]))
            let told = try await readers.all("reload").data
            #expect(told == "2")
            #expect(try await client.get("/").body == "<p>new</p>")
            return readers
        }
        try await readers.all("closed")
    }

    @Test("A browser that comes back is told at once what it missed, and not what it heard")
    func comeBack() async throws {
        let site = site()
        try await withServer(site, keepAlive: .milliseconds(50)) { client in
            let first = try await EventReaders(port: client.port)
            site.show(pages([:]))
            try await first.all("reload")
            let late = try await EventReaders(port: client.port, lastID: "0-2")
            let told = try await late.all("reload").data
            #expect(told == "2")
            let new = try await EventReaders(port: client.port, path: "/events?at=1")
            #expect(try await new.all("reload").data == "2", "what changed between a page and its first connection")
            let current = try await EventReaders(port: client.port, path: "/events?at=2")
            try await current.all("sign")
            #expect(try current.number(of: "reload") == 0)
        }
    }
}
