import Foundation
import SMTP
import TestSupport
import Testing

/// Logging in to a relay whose SASL server is Dovecot's, by password and by token.
@Suite struct LoginTests {
    private static let user = "me@practice.test"

    /// A relay that offers these mechanisms, and lets in whom Dovecot lets in.
    private struct Site {
        let tokens: TokenServer
        let dovecot: Dovecot
        let authority: CertificateAuthority
        let server: SMTPServer

        init(_ mechanisms: String, tokenBytes: Int = 30) async throws {
            var settings = TokenServer.Settings()
            settings.tokenBytes = tokenBytes
            tokens = try await TokenServer(settings)
            dovecot = try await Dovecot(user: LoginTests.user, password: "pässword", tokens: tokens)
            authority = try CertificateAuthority()
            let leaf = try authority.issue(for: "IP:127.0.0.1")
            var scenario = RelayScenario()
            scenario.tls = .starttls
            scenario.certificate = leaf.certificate
            scenario.key = leaf.key
            scenario.capabilities = ["STARTTLS"]
            scenario.capabilitiesAfterTLS = ["PIPELINING", "AUTH \(mechanisms)"]
            scenario.sasl = dovecot.socket
            server = try SMTPServer.scripted(scenario)
        }

        func relay(password: String? = nil, token: (any TokenSource)? = nil) throws -> Relay {
            try Relay(
                url: "smtp://me%40practice.test@127.0.0.1:\(server.port)", password: password.map { Password($0) },
                token: token, caFile: authority.file, ehloName: "client.test")
        }

        func endpoint() throws -> TokenEndpoint {
            try TokenEndpoint(
                url: tokens.url, clientID: tokens.settings.client, clientSecret: Password(tokens.settings.secret),
                scope: tokens.settings.scope, caFile: nil)
        }

        func tokenFile(_ text: String) throws -> String {
            let file = authority.folder.appendingPathComponent("token")
            try Data("\(text)\n".utf8).write(to: file)
            return file.path
        }

        /// The mechanisms tried so far, in order.
        func attempts() async throws -> [String] {
            try await server.catchUp()
            return server.commands.filter { $0.hasPrefix("AUTH ") }.map { String($0.split(separator: " ")[1]) }
        }
    }

    private func deliver(_ relay: Relay) throws -> Verdict {
        var session = try Session.open(relay, timers: patientTimers())
        return session.deliver(envelope, message).verdict
    }

    @Test(arguments: ["PLAIN", "LOGIN"]) func byPassword(_ mechanism: String) async throws {
        let site = try await Site("\(mechanism) OAUTHBEARER")
        #expect(try deliver(site.relay(password: "pässword")) == .accepted)
        #expect(failure(try site.relay(password: "wrong"), timers: patientTimers())?.reply?.code == 535)
        #expect(try await site.attempts() == [mechanism, mechanism])
    }

    // A token of a real provider is too long for one line with AUTH, so that the dialogue has a step more.
    @Test(arguments: ["OAUTHBEARER", "XOAUTH2"], [30, 1600])
    func byFetchedToken(_ mechanism: String, _ tokenBytes: Int) async throws {
        let site = try await Site("PLAIN \(mechanism)", tokenBytes: tokenBytes)
        #expect(try deliver(site.relay(token: site.endpoint())) == .accepted)
        #expect(try await site.attempts() == [mechanism])
        #expect(try site.tokens.fetches() == 1)
    }

    @Test func ofBothMechanismsTheStandardOneIsUsed() async throws {
        let site = try await Site("XOAUTH2 OAUTHBEARER PLAIN")
        #expect(try deliver(site.relay(token: site.endpoint())) == .accepted)
        #expect(try await site.attempts() == ["OAUTHBEARER"])
    }

    @Test(arguments: ["OAUTHBEARER", "XOAUTH2"], [30, 1600])
    func aRevokedTokenIsFetchedAnewAndServesAtOnce(_ mechanism: String, _ tokenBytes: Int) async throws {
        let site = try await Site(mechanism, tokenBytes: tokenBytes)
        let relay = try site.relay(token: site.endpoint())
        #expect(try deliver(relay) == .accepted)
        try site.tokens.revoke()
        #expect(try deliver(relay) == .accepted)
        #expect(try await site.attempts() == [mechanism, mechanism, mechanism])
        #expect(try site.tokens.fetches() == 1)
    }

    @Test(arguments: ["OAUTHBEARER", "XOAUTH2"], [30, 1600])
    func aRefusedTokenOfAFileIsTheRelaysTrouble(_ mechanism: String, _ tokenBytes: Int) async throws {
        let site = try await Site(mechanism, tokenBytes: tokenBytes)
        let token = try site.tokens.issue()
        try site.tokens.revoke()
        let file = try site.tokenFile(token)
        let error = try #require(failure(try site.relay(token: TokenFile(path: file)), timers: patientTimers()))
        #expect(error.code == .authRefused)
        #expect(error.stage == .auth)
        #expect(error.scope == .relay)
        #expect(error.isMisconfiguration)
        #expect(error.description.contains("HOLDFAST_SMTP_TOKEN_FILE"))
        #expect(!error.description.contains(token) && !error.description.contains("me@"))
        // The file holds the same token still, so asking again would be in vain.
        #expect(try await site.attempts() == [mechanism])
    }

    @Test func aTokenThatIsNeverTakenIsFetchedTwiceAndNoMore() async throws {
        let site = try await Site("OAUTHBEARER")
        let stranger = try await TokenServer()
        let endpoint = try TokenEndpoint(
            url: stranger.url, clientID: stranger.settings.client, clientSecret: Password(stranger.settings.secret),
            scope: stranger.settings.scope, caFile: nil)
        let error = failure(try site.relay(token: endpoint), timers: patientTimers())
        #expect(error?.code == .authRefused)
        #expect(error?.description.contains("HOLDFAST_SMTP_TOKEN_URL") == true)
        #expect(try await site.attempts() == ["OAUTHBEARER", "OAUTHBEARER"])
        #expect(try stranger.fetches() == 2)
    }

    @Test func aRotatedFileServesAtOnceAndDrainsOldSessions() async throws {
        let site = try await Site("OAUTHBEARER")
        let file = try site.tokenFile(site.tokens.issue())
        let relay = try site.relay(token: TokenFile(path: file))
        let old = try Session.open(relay, timers: patientTimers())
        let before = old.isFresh()
        #expect(before)
        try site.tokens.revoke()
        _ = try site.tokenFile(site.tokens.issue())
        let after = old.isFresh()
        #expect(!after)
        #expect(try deliver(relay) == .accepted)
        #expect(try await site.attempts() == ["OAUTHBEARER", "OAUTHBEARER"])
    }

    @Test func aSessionIsNotUsedBeyondItsTokensEnd() async throws {
        let site = try await Site("OAUTHBEARER")
        var timers = patientTimers()
        timers.idleLimit = .seconds(86_400)
        timers.ageLimit = .seconds(86_400)
        let session = try Session.open(site.relay(token: site.endpoint()), timers: timers)
        let (before, after) = (session.isFresh(.now + .seconds(3000)), session.isFresh(.now + .seconds(3600)))
        #expect(before && !after)
    }

    @Test func withoutATokenThereIsNoConnection() async throws {
        let site = try await Site("OAUTHBEARER")
        let nowhere = try #require(failure(try site.relay(token: TokenFile(path: "/nowhere/token"))))
        #expect(nowhere.code == .tokenUnavailable)
        #expect(nowhere.isMisconfiguration)
        #expect(nowhere.description.hasSuffix("check HOLDFAST_SMTP_TOKEN_FILE."))
        for text in ["", "two words", "control\u{1}"] {
            let error = failure(try site.relay(token: TokenFile(path: site.tokenFile(text))))
            #expect(error?.code == .tokenUnavailable)
        }
        #expect(try await site.attempts() == [])
    }

    @Test func aRelayThatOffersNoBearerMechanismGetsNoToken() async throws {
        let site = try await Site("PLAIN LOGIN")
        let error = failure(try site.relay(token: site.endpoint()), timers: patientTimers())
        #expect(error?.code == .authUnavailable)
        #expect(error?.description.contains("OAUTHBEARER or XOAUTH2") == true)
        #expect(try await site.attempts() == [])
    }
}
