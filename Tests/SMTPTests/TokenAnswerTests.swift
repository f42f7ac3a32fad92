import Testing

@testable import SMTP

/// What token endpoints answer (RFC 6749 §5), and what addresses and forms they get.
@Suite struct TokenAnswerTests {
    private let start = ContinuousClock.now

    private func read(_ body: String, status: Int = 200) throws -> BearerToken {
        try TokenAnswer.token(status: status, body: Array(body.utf8), askedAt: start)
    }

    @Test(
        "A bearer token is read with its life, which counts from the question",
        arguments: [
            (#"{"access_token":"t.o-k","token_type":"Bearer","expires_in":3599,"ext_expires_in":1}"#, 3599.0),
            (#"{"access_token":"t.o-k","token_type":"bearer","expires_in":"3599"}"#, 3599),
            (#"{"access_token":"t.o-k","token_type":"BEARER","expires_in":60.5}"#, 60.5),
            (#"{"access_token":"t.o-k","token_type":"Bearer"}"#, 300),
            (#"{"access_token":"t.o-k","token_type":"Bearer","expires_in":1e300}"#, 31_536_000),
        ])
    func success(_ body: String, _ seconds: Double) throws {
        let token = try read(body)
        #expect(token.text == "t.o-k")
        #expect(token.lifetime == .init(from: start, lasting: .seconds(seconds)))
    }

    @Test(
        "What is no bearer token is refused",
        arguments: [
            "", "null", "[]", "<html>", "{}", #"{"access_token":"t"}"#, #"{"token_type":"Bearer"}"#,
            #"{"access_token":"","token_type":"Bearer"}"#, #"{"access_token":"a b","token_type":"Bearer"}"#,
            #"{"access_token":"a\u0001auth=x","token_type":"Bearer"}"#, #"{"access_token":"ü","token_type":"Bearer"}"#,
            #"{"access_token":"a\r\nMAIL","token_type":"Bearer"}"#, #"{"access_token":"t","token_type":"DPoP"}"#,
            #"{"access_token":"t","token_type":"Bearer","expires_in":0}"#,
            #"{"access_token":"t","token_type":"Bearer","expires_in":-5}"#,
            #"{"access_token":"t","token_type":"Bearer","expires_in":-1e300}"#,
            #"{"access_token":"t","token_type":"Bearer","expires_in":"soon"}"#,
            #"{"access_token":"t","token_type":"Bearer","expires_in":"nan"}"#,
        ])
    func malformed(_ body: String) {
        #expect(throws: TokenFailure.malformedAnswer) { try read(body) }
    }

    @Test(
        "A refusal keeps its status, and its code only where that is one of the standard's",
        arguments: [
            (400, #"{"error":"invalid_scope","error_description":"canary"}"#, "invalid_scope" as String?, true),
            (401, #"{"error":"invalid_client"}"#, "invalid_client", true), (401, #"{"error":"canary"}"#, nil, true),
            (403, "canary", nil, true), (302, "", nil, true), (429, "{}", nil, false), (408, "", nil, false),
            (503, "<html>canary", nil, false),
        ])
    func refusal(_ status: Int, _ body: String, _ code: String?, _ isMisconfiguration: Bool) throws {
        let failure = #expect(throws: TokenFailure.self) { try read(body, status: status) }
        #expect(failure == .refused(status: status, error: code))
        #expect(failure?.isMisconfiguration == isMisconfiguration)
        #expect(failure?.happened(to: "x").contains("canary") == false)
    }

    @Test(
        "A token endpoint is https, or http to this machine",
        arguments: [
            ("https://login.test/tenant/oauth2/v2.0/token", true), ("https://login.test:8443?x=1", true),
            ("HTTPS://[::1]:8443/token", true), ("http://127.0.0.1:80/token", true), ("http://localhost/token", true),
            ("http://login.test/token", false), ("ftp://login.test", false), ("login.test/token", false),
            ("https://", false), ("https://me:secret@login.test/", false), ("https://login.test/#x", false),
            ("https://login.test/a b", false), ("https://login.test:0/", false), ("https://login.test\r\n/", false),
            ("http://127.0.0.1.login.test/", false), ("http://127.0.0.1@login.test/", false),
        ])
    func addresses(_ text: String, _ isTaken: Bool) {
        #expect((TokenURL(text) != nil) == isTaken)
    }

    @Test func aFormIsPercentEncoded() {
        let form = FormPost.encoded([("a", "x y&z=+"), ("scope", "https://relay.test/.default"), ("é", "~-._09AZ")])
        #expect(form == "a=x%20y%26z%3D%2B&scope=https%3A%2F%2Frelay.test%2F.default&%C3%A9=~-._09AZ")
    }

    @Test func aTokenIsNotShown() throws {
        let token = try #require(BearerToken("geheim"))
        var shown = "\(token) \(String(reflecting: token))"
        dump(token, to: &shown)
        #expect(!shown.contains("geheim") && shown.contains("<redacted>"))
    }
}
