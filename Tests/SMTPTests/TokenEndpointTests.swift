import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SMTP

/// Fetching tokens from a real HTTP server.
@Suite struct TokenEndpointTests {
    private func endpoint(
        _ server: TokenServer, secret: String? = nil, caFile: String? = nil
    ) throws -> TokenEndpoint {
        try TokenEndpoint(
            url: server.url, clientID: server.settings.client,
            clientSecret: Password(secret ?? server.settings.secret), scope: server.settings.scope, caFile: caFile)
    }

    private func failure(
        _ server: TokenServer, secret: String? = nil, caFile: String? = nil, isWanted: () -> Bool = { true }
    ) throws -> TokenFailure? {
        let endpoint = try endpoint(server, secret: secret, caFile: caFile)
        return withExtendedLifetime(server) { failure(endpoint, isWanted: isWanted) }
    }

    private func failure(_ endpoint: TokenEndpoint, isWanted: () -> Bool = { true }) -> TokenFailure? {
        do throws(TokenFailure) {
            _ = try endpoint.token(isWanted: isWanted)
            return nil
        } catch { return error }
    }

    @Test func aTokenIsFetchedOnceAndUsedUntilItIsRefused() async throws {
        let server = try await TokenServer()
        let endpoint = try endpoint(server)
        let first = try endpoint.token { true }
        #expect(try endpoint.token { true } == first)
        #expect(endpoint.isCurrent(first, at: .now))
        #expect(!endpoint.isCurrent(first, at: .now + .seconds(3600)))
        endpoint.discard(first)
        let second = try endpoint.token { true }
        #expect(second != first)
        endpoint.discard(first)
        #expect(try endpoint.token { true } == second)
        #expect(try server.fetches() == 2)
    }

    @Test func overHTTPSOnlyTheNamedAuthorityIsTrusted() async throws {
        let authority = try CertificateAuthority()
        let leaf = try authority.issue(for: "IP:127.0.0.1")
        var settings = TokenServer.Settings()
        settings.certificate = leaf.certificate
        settings.key = leaf.key
        let server = try await TokenServer(settings)
        #expect(try failure(server, caFile: authority.file) == nil)
        let stranger = try CertificateAuthority()
        #expect(try failure(server, caFile: stranger.file) == .certificateRejected)
        // A libcurl that was built elsewhere may have no authorities of its own.
        #expect([.certificateRejected, .caFileUnusable].contains(try failure(server)))
        let empty = authority.folder.appendingPathComponent("empty.pem")
        try Data("nothing\n".utf8).write(to: empty)
        #expect(try failure(server, caFile: empty.path) == .caFileUnusable)
        #expect(try server.fetches() == 1)
    }

    @Test func aWrongNameInTheCertificateIsRefused() async throws {
        let authority = try CertificateAuthority()
        let leaf = try authority.issue(for: "DNS:login.test")
        var settings = TokenServer.Settings()
        settings.certificate = leaf.certificate
        settings.key = leaf.key
        let server = try await TokenServer(settings)
        #expect(try failure(server, caFile: authority.file) == .certificateRejected)
    }

    @Test func whoeverNeedsATokenMeanwhileWaitsForTheOneRequest() async throws {
        var settings = TokenServer.Settings()
        settings.answers = [.init(isHeld: true)]
        let server = try await TokenServer(settings)
        let endpoint = try endpoint(server)
        let tokens = Mutex<[BearerToken]>([])
        for _ in 0..<6 {
            Thread.detachNewThread {
                guard let token = try? endpoint.token(isWanted: { true }) else { return }
                tokens.withLock { $0.append(token) }
            }
        }
        try server.awaitHolding()
        try server.release()
        try await eventually("six threads had their token") { tokens.withLock { $0.count } == 6 }
        #expect(Set(tokens.withLock { $0.map(\.text) }).count == 1)
        #expect(try server.fetches() == 1)
    }

    @Test func aStopEndsTheWait() async throws {
        var settings = TokenServer.Settings()
        settings.answers = [.init(isHeld: true)]
        let server = try await TokenServer(settings)
        let start = ContinuousClock.now
        #expect(try failure(server, isWanted: { ContinuousClock.now - start < .seconds(1) }) == .abandoned)
    }

    @Test(
        "What the endpoint may do wrong",
        arguments: [
            (302, "", TokenFailure.refused(status: 302, error: nil)),
            (307, "", .refused(status: 307, error: nil)),
            (400, #"{"error":"invalid_scope"}"#, .refused(status: 400, error: "invalid_scope")),
            (503, "later", .refused(status: 503, error: nil)), (200, "hello", .malformedAnswer),
        ])
    func wrongAnswers(_ status: Int, _ body: String, _ expected: TokenFailure) async throws {
        var settings = TokenServer.Settings()
        settings.answers = [.init(status, body)]
        #expect(try failure(await TokenServer(settings)) == expected)
    }

    @Test(arguments: [(0, nil as TokenFailure?), (1, .malformedAnswer)])
    func anAnswerHasABound(_ excess: Int, _ expected: TokenFailure?) async throws {
        let answer = #"{"access_token":"t","token_type":"Bearer"}"#
        let padding = String(repeating: " ", count: FormPost.longestAnswer - answer.utf8.count + excess)
        var settings = TokenServer.Settings()
        settings.answers = [.init(200, answer + padding)]
        #expect(try failure(await TokenServer(settings)) == expected)
    }

    @Test func aWrongSecretIsAMisconfiguration() async throws {
        let failure = try failure(await TokenServer(), secret: "wrong")
        #expect(failure == .refused(status: 401, error: "invalid_client"))
        #expect(failure?.isMisconfiguration == true)
    }

    @Test func nobodyThere() async throws {
        let server = try SMTPServer.scripted()
        let port = server.port
        server.stop()
        let endpoint = try TokenEndpoint(
            url: "http://127.0.0.1:\(port)/token", clientID: "x", clientSecret: Password("y"), scope: nil, caFile: nil)
        guard case .unreachable = failure(endpoint) else {
            Issue.record("a port without a server was reached")
            return
        }
    }

    @Test func theEnvironmentCannotRerouteTheSecret() async {
        // In a process of its own, because the environment belongs to the whole process.
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
            let server = try await TokenServer()
            let endpoint = try TokenEndpoint(
                url: server.url, clientID: server.settings.client, clientSecret: Password(server.settings.secret),
                scope: server.settings.scope, caFile: nil)
            _ = try endpoint.token { true }
        }
    }

    @Test func settingsThatCannotWorkAreRefused() {
        func refusal(
            _ url: String, id: String? = "x", secret: String? = "y", caFile: String? = nil
        ) -> RelaySettingsError.Code? {
            do throws(RelaySettingsError) {
                _ = try TokenEndpoint(
                    url: url, clientID: id, clientSecret: secret.map { Password($0) }, scope: nil, caFile: caFile,
                    settingPrefix: "HOLDFAST_SMTP_3")
                return nil
            } catch {
                #expect(error.description.contains("HOLDFAST_SMTP_3_TOKEN_"))
                return error.code
            }
        }
        #expect(refusal("http://login.test") == .tokenURL)
        #expect(refusal("https://login.test", id: nil) == .tokenClient)
        #expect(refusal("https://login.test", secret: nil) == .tokenClient)
        #expect(refusal("https://login.test", caFile: "/nowhere") == .tokenCAFile)
        #expect(refusal("https://login.test") == nil)
    }
}
