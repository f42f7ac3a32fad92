import SMTP
import Testing

@Suite struct RelayTests {
    private func make(
        _ url: String, password: String? = nil, caFile: String? = nil, ehloName: String = "mail.example.com"
    ) throws -> Relay {
        try Relay(url: url, password: password.map { Password($0) }, caFile: caFile, ehloName: ehloName)
    }

    @Test(arguments: [
        ("smtps://host.test:465", "smtps://host.test:465", Relay.Security.implicitTLS),
        ("smtps://host.test", "smtps://host.test:465", .implicitTLS),
        ("SMTP://host.test", "smtp://host.test:587", .startTLS),
        ("smtp://127.0.0.1:25", "smtp://127.0.0.1:25", .plaintextLoopback),
        ("smtp://127.8.9.1:25", "smtp://127.8.9.1:25", .plaintextLoopback),
        ("smtp://localhost:25", "smtp://localhost:25", .plaintextLoopback),
        ("smtp://[::1]:25", "smtp://[::1]:25", .plaintextLoopback),
        ("smtps://127.0.0.1", "smtps://127.0.0.1:465", .implicitTLS),
        ("smtp://128.0.0.1:25", "smtp://128.0.0.1:25", .startTLS),
        ("smtp://10.0.0.1:25", "smtp://10.0.0.1:25", .startTLS),
        ("smtp://[::2]:25", "smtp://[::2]:25", .startTLS),
        ("smtp://localhost.example.com", "smtp://localhost.example.com:587", .startTLS),
        ("smtp://127.0.0.1.example.com", "smtp://127.0.0.1.example.com:587", .startTLS),
    ]) func decidesSecurityFromSchemeAndHost(_ url: String, _ shown: String, _ security: Relay.Security) throws {
        let relay = try make(url)
        #expect(relay.security == security)
        #expect(relay.description == shown)
    }

    @Test func loopbackWithUserOrCAFileMustUpgrade() throws {
        #expect(try make("smtp://me@127.0.0.1:25", password: "x").security == .startTLS)
        #expect(try make("smtp://127.0.0.1:25", caFile: "/etc/passwd").security == .startTLS)
    }

    @Test(arguments: [
        ("http://host", nil, RelaySettingsError.Code.scheme), ("host:25", nil, .scheme), ("", nil, .scheme),
        ("smtp://", nil, .host), ("smtp://:25", nil, .host), ("smtp://ho st", nil, .host),
        ("smtp://-a.test", nil, .host),
        ("smtp://[::1", nil, .host), ("smtp://[zz]:25", nil, .host), ("smtp://[::1]x", nil, .host),
        ("smtp://a..b", nil, .host), ("smtp://host\r\n", nil, .host), ("smtp://hôst.test", nil, .host),
        ("smtp://host:0", nil, .port), ("smtp://host:65536", nil, .port), ("smtp://host:", nil, .port),
        ("smtp://host:2x", nil, .port), ("smtp://host:-1", nil, .port),
        ("smtp://host/", nil, .trailingParts), ("smtp://host/x", nil, .trailingParts),
        ("smtp://host?x=1", nil, .trailingParts), ("smtp://host#x", nil, .trailingParts),
        ("smtp://me:secret@host", nil, .passwordInURL), ("smtp://@host", "x", .user), ("smtp://a%zz@host", "x", .user),
        ("smtp://a%4@host", "x", .user), ("smtp://a%0D@host", "x", .user), ("smtp://a%FF@host", "x", .user),
        ("smtp://me@host", nil, .passwordMissing), ("smtp://host", "x", .userMissing),
        ("smtp://me@host", "", .password), ("smtp://me@host", "a\nb", .password),
    ]) func refuses(_ url: String, _ password: String?, _ code: RelaySettingsError.Code) throws {
        let error = #expect(throws: RelaySettingsError.self) { try make(url, password: password) }
        #expect(error?.code == code)
        let sentence = try #require(error).description
        #expect(sentence.contains("HOLDFAST_") && !sentence.contains("secret"))
    }

    @Test func aTokenNeedsAUserAndNoPassword() throws {
        func make(_ url: String, password: String? = nil) throws -> Relay {
            try Relay(
                url: url, password: password.map { Password($0) }, token: TokenFile(path: "/run/token"), caFile: nil,
                ehloName: "a.test", ratePerSecond: 14, settingPrefix: "HOLDFAST_SMTP_2")
        }
        let relay = try make("smtp://me@127.0.0.1:25")
        #expect(relay.security == .startTLS)
        #expect(relay.ratePerSecond == 14)
        for (url, password, code) in [
            ("smtp://127.0.0.1:25", nil, RelaySettingsError.Code.tokenUserMissing),
            ("smtp://me@127.0.0.1:25", "x", .tokenAndPassword), ("smtp://127.0.0.1:25", "x", .tokenAndPassword),
        ] {
            let error = #expect(throws: RelaySettingsError.self) { try make(url, password: password) }
            #expect(error?.code == code)
            #expect(error?.description.contains("HOLDFAST_SMTP_2_") == true)
        }
    }

    @Test func refusesUnreadableCAFileAndBadEHLOName() throws {
        let file = #expect(throws: RelaySettingsError.self) { try make("smtp://host", caFile: "/nowhere/ca.pem") }
        #expect(file?.code == .caFile)
        for name in ["", "a b", "a\r\nMAIL", "[1.2.3.4", "a/b", "[;]"] {
            let error = #expect(throws: RelaySettingsError.self) { try make("smtp://host", ehloName: name) }
            #expect(error?.code == .ehloName)
        }
        #expect(throws: Never.self) { try make("smtp://host", ehloName: "[192.0.2.1]") }
    }

    @Test func namesTheSettingsOfAFurtherRelay() {
        let error = #expect(throws: RelaySettingsError.self) {
            try Relay(
                url: "x", password: nil, caFile: nil, ehloName: "a.test", settingPrefix: "HOLDFAST_SMTP_2")
        }
        #expect(error?.description.contains("HOLDFAST_SMTP_2_URL") == true)
    }

    @Test func showsNeitherUserNorPassword() throws {
        let relay = try make("smtps://anna@host.test", password: "geheim")
        var shown =
            "\(relay) \(String(reflecting: relay)) \(Password("geheim")) \(String(reflecting: Password("geheim")))"
        dump(relay, to: &shown)
        dump(Password("geheim"), to: &shown)
        #expect(!shown.contains("geheim") && !shown.contains("anna"))
        #expect("\(Password("geheim"))" == "<redacted>")
    }
}
