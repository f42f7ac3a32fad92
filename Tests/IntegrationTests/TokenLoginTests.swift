import Foundation
import TestSupport
import Testing

/// Logging in with OAuth tokens, which end while the worker runs.
@Suite struct TokenLoginTests {
    @Test("A token that is revoked and replaced in the middle of the run costs no letter and no attempt")
    func rotatedFile() async throws {
        try await withInstallation { site in
            let relay = try await TokenRelay()
            site.use(relay)
            try site.replaceToken(relay)
            try await site.reserveMany(20)
            let worker = try await site.startWorker()
            try await relay.server.messages(reach: 20)
            try await site.settleEverything()

            try relay.door.close()
            try relay.tokens.revoke()
            try relay.door.open()
            for number in 1...10 { try await site.reserve("Later \(number)", "later.\(number)@example.org") }
            try await worker.logs("refused the login")
            try await eventually("every job waits again") { try await site.jobs().allSatisfy { $0.state == "ready" } }
            let waiting = try await site.jobs()
            #expect(waiting.count == 10)
            #expect(waiting.allSatisfy { $0.attempts == 0 && $0.inDoubtAt == nil })

            try site.replaceToken(relay)
            try await site.settleEverything()
            try await relay.server.catchUp()
            #expect(relay.server.messageIDs.count == 30)
            #expect(Set(relay.server.messageIDs).count == 30)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
        }
    }

    @Test("A fetched token that the relay no longer takes is fetched anew, and nobody notices")
    func revokedToken() async throws {
        try await withInstallation { site in
            let relay = try await TokenRelay()
            site.use(relay)
            site.settings["HOLDFAST_SMTP_TOKEN_URL"] = relay.tokens.url
            site.settings["HOLDFAST_SMTP_TOKEN_CLIENT_ID"] = relay.tokens.settings.client
            site.settings["HOLDFAST_SMTP_TOKEN_SCOPE"] = relay.tokens.settings.scope
            let secret = site.folder.appendingPathComponent("client-secret")
            try Data("\(relay.tokens.settings.secret)\n".utf8).write(to: secret)
            site.settings["HOLDFAST_SMTP_TOKEN_CLIENT_SECRET_FILE"] = secret.path
            site.secrets.append(relay.tokens.settings.secret)

            let worker = try await site.startWorker()
            try relay.tokens.revoke()
            try await site.reserveMany(20)
            try await site.settleEverything()
            try await relay.server.catchUp()
            #expect(Set(relay.server.messageIDs).count == 20)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
            #expect(!worker.log.contains("the relay takes no letters"))
        }
    }

    @Test("A token that the relay refuses ends the worker at its start, and the job waits")
    func refusedToken() async throws {
        try await withInstallation { site in
            let relay = try await TokenRelay()
            site.use(relay)
            try site.replaceToken(relay)
            try relay.tokens.revoke()
            try await site.reserve("Pat Ient", "patient@example.org")
            let result = try await site.run(["worker"])
            #expect(result.status == 78)
            #expect(
                result.errors
                    == "holdfast: The relay smtp://localhost:\(relay.door.port) refused the login (reply 535 5.7.8); "
                    + "check the user in HOLDFAST_SMTP_URL and HOLDFAST_SMTP_TOKEN_FILE.\n")
            let jobs = try await site.jobs()
            #expect(jobs.map(\.state) == ["ready"] && jobs.first?.attempts == 0)
        }
    }
}

/// A relay that lets in whoever has a token that serves.
final class TokenRelay {
    let tokens: TokenServer
    let dovecot: Dovecot
    let authority: CertificateAuthority
    let server: SMTPServer
    let door: Door

    init() async throws {
        tokens = try await TokenServer()
        dovecot = try await Dovecot(user: tokens.settings.user, password: "unused", tokens: tokens)
        authority = try CertificateAuthority()
        let leaf = try authority.issue(for: "DNS:localhost")
        var scenario = RelayScenario()
        scenario.tls = .starttls
        scenario.certificate = leaf.certificate
        scenario.key = leaf.key
        scenario.capabilities = ["STARTTLS"]
        scenario.capabilitiesAfterTLS = ["PIPELINING", "AUTH PLAIN OAUTHBEARER XOAUTH2"]
        scenario.sasl = dovecot.socket
        server = try SMTPServer.scripted(scenario)
        door = try await Door(to: server.port)
    }
}

extension TestInstallation {
    /// Sends to this relay, and keeps it.
    func use(_ relay: TokenRelay) {
        keep(relay)
        settings["HOLDFAST_SMTP_URL"] = "smtp://me%40practice.test@localhost:\(relay.door.port)"
        settings["HOLDFAST_SMTP_CA_FILE"] = relay.authority.file
    }

    /// Puts a new token into the worker's token file, as a program does that keeps it fresh.
    func replaceToken(_ relay: TokenRelay) throws {
        let file = folder.appendingPathComponent("token")
        let token = try relay.tokens.issue()
        try Data("\(token)\n".utf8).write(to: file, options: .atomic)
        settings["HOLDFAST_SMTP_TOKEN_FILE"] = file.path
        secrets.append(token)
    }
}
