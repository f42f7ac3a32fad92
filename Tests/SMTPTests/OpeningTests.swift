import Foundation
import SMTP
import TestSupport
import Testing

/// Everything up to the first MAIL: connect, TLS, AUTH, and what must be refused.
@Suite struct OpeningTests {
    private func secured(
        _ tls: RelayScenario.TLS, names: String = "IP:127.0.0.1", _ change: (inout RelayScenario) -> Void = { _ in }
    ) throws -> (server: SMTPServer, authority: CertificateAuthority) {
        let authority = try CertificateAuthority()
        let leaf = try authority.issue(for: names)
        var scenario = RelayScenario()
        scenario.tls = tls
        scenario.certificate = leaf.certificate
        scenario.key = leaf.key
        if tls == .starttls { scenario.capabilities = ["STARTTLS"] }
        scenario.capabilitiesAfterTLS = ["PIPELINING", "AUTH PLAIN LOGIN"]
        scenario.user = "me@practice.test"
        scenario.password = "pässword"
        change(&scenario)
        return (try SMTPServer.scripted(scenario), authority)
    }

    private func account(
        _ server: SMTPServer, _ authority: CertificateAuthority, scheme: String, password: String = "pässword"
    ) throws -> Target {
        try target(
            server, scheme: scheme, user: "me%40practice.test", password: password, authority: authority)
    }

    @Test(arguments: ["AUTH PLAIN", "AUTH LOGIN", "AUTH CRAM-MD5 DIGEST-MD5 LOGIN PLAIN"])
    func logsInAfterSTARTTLS(_ mechanisms: String) throws {
        let (server, authority) = try secured(.starttls) { $0.capabilitiesAfterTLS = ["PIPELINING", mechanisms] }
        let session = try Client(account(server, authority, scheme: "smtp"))
        #expect(session.tls?.hasPrefix("TLSv1.3 TLS_") == true)
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        server.await("message")
        let chosen = mechanisms == "AUTH LOGIN" ? "AUTH LOGIN" : "AUTH PLAIN"
        #expect(server.commands.contains { $0.hasPrefix(chosen) })
        #expect(server.commands.filter { $0 == "EHLO client.test" }.count == 2)
    }

    @Test func logsInOverImplicitTLS() throws {
        let (server, authority) = try secured(.implicit) { $0.capabilitiesAfterTLS = ["AUTH PLAIN"] }
        let session = try Client(account(server, authority, scheme: "smtps"))
        #expect(try session.deliver(envelope, message).tls?.hasPrefix("TLSv1.3") == true)
    }

    @Test(arguments: ["AUTH PLAIN", "AUTH LOGIN"]) func wrongPasswordIsTheRelaysTrouble(_ mechanism: String) throws {
        let (server, authority) = try secured(.starttls) { $0.capabilitiesAfterTLS = [mechanism] }
        let error = failure(try account(server, authority, scheme: "smtp", password: "wrong"))
        #expect(error?.code == .authRefused)
        #expect(error?.stage == .auth)
        #expect(error?.scope == .relay)
        #expect(error?.reply?.code == 535)
        #expect(error?.isMisconfiguration == true)
        let sentence = try #require(error).description
        #expect(sentence.contains("HOLDFAST_SMTP_PASSWORD_FILE"))
        #expect(!sentence.contains("wrong") && !sentence.contains("me@"))
    }

    @Test func aTemporaryAuthFailureIsNoMisconfiguration() throws {
        let (server, authority) = try secured(.starttls) { $0.answers["AUTH"] = ["454 4.7.0 try again in 2 minutes"] }
        let error = failure(try account(server, authority, scheme: "smtp"))
        #expect(error?.code == .authRefused)
        #expect(error?.isMisconfiguration == false)
        #expect(error?.retryAfter == .seconds(120))
    }

    @Test(arguments: [["PIPELINING"], ["AUTH GSSAPI"], ["AUTH CRAM-MD5"]])
    func aRelayWithoutUsableAUTHGetsNoMail(_ capabilities: [String]) throws {
        let (server, authority) = try secured(.starttls) { $0.capabilitiesAfterTLS = capabilities }
        let error = failure(try account(server, authority, scheme: "smtp"))
        #expect(error?.code == .authUnavailable)
        #expect(error?.stage == .auth)
        server.await("closed")
        #expect(!server.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test func withoutSTARTTLSNothingIsSent() throws {
        let (_, authority) = try secured(.none)
        let server = try SMTPServer.scripted()
        let error = failure(try target(server, authority: authority))
        #expect(error?.code == .tlsUnavailable)
        #expect(error?.stage == .tls)
        server.await("closed")
        #expect(server.commands.allSatisfy { $0.hasPrefix("EHLO") || $0 == "QUIT" })
    }

    @Test func aPasswordNeverCrossesPlaintext() throws {
        var scenario = RelayScenario()
        scenario.capabilities = ["AUTH PLAIN LOGIN"]
        let server = try SMTPServer.scripted(scenario)
        let error = failure(try target(server, user: "me", password: "x"))
        #expect(error?.code == .tlsUnavailable)
        server.await("closed")
        #expect(!server.commands.contains { $0.hasPrefix("AUTH") })
    }

    @Test func aRefusedSTARTTLSIsNotADowngrade() throws {
        let (server, authority) = try secured(.starttls) { $0.answers["STARTTLS"] = ["454 4.7.0 not now"] }
        let error = failure(try target(server, authority: authority))
        #expect(error?.code == .tlsUnavailable)
        #expect(error?.stage == .tls)
        #expect(error?.reply?.code == 454)
    }

    @Test(arguments: [("smtp", RelayScenario.TLS.starttls), ("smtps", .implicit)])
    func anUnknownAuthorityIsRefused(_ scheme: String, _ tls: RelayScenario.TLS) throws {
        let (server, _) = try secured(tls)
        let other = try CertificateAuthority()
        let error = failure(try target(server, scheme: scheme, authority: other))
        #expect(error?.code == .certificateRejected)
        #expect(error?.stage == .tls)
        #expect(error?.description.contains("HOLDFAST_SMTP_CA_FILE") == true)
    }

    @Test(arguments: ["DNS:mail.example.test", "IP:127.0.0.2"]) func aWrongHostNameIsRefused(_ names: String) throws {
        let (server, authority) = try secured(.starttls, names: names)
        let error = failure(try target(server, authority: authority))
        #expect(error?.code == .certificateRejected)
        #expect(error?.stage == .tls)
    }

    @Test func anExpiredCertificateIsNamedAsSuch() throws {
        let authority = try CertificateAuthority()
        let leaf = try authority.issueExpired(for: "IP:127.0.0.1")
        var scenario = RelayScenario()
        scenario.tls = .implicit
        (scenario.certificate, scenario.key) = (leaf.certificate, leaf.key)
        let error = failure(try target(SMTPServer.scripted(scenario), scheme: "smtps", authority: authority))
        #expect(error?.code == .certificateExpired && error?.stage == .tls)
        #expect(error?.isMisconfiguration == true)
        #expect(error?.description.contains("has expired") == true)
    }

    @Test func aCAFileWithoutCertificatesIsNamed() throws {
        let (server, authority) = try secured(.implicit)
        let empty = authority.folder.appendingPathComponent("empty.pem")
        try Data("nothing here\n".utf8).write(to: empty)
        #expect(failure(try target(server, scheme: "smtps", caFile: empty.path))?.code == .caFileUnusable)
    }

    @Test func capabilitiesFromBeforeSTARTTLSAreForgotten() throws {
        let (server, authority) = try secured(.starttls) {
            $0.capabilities = ["STARTTLS", "PIPELINING", "SIZE 10"]
            $0.capabilitiesAfterTLS = ["SIZE 100000"]
        }
        let session = try Client(target(server, authority: authority))
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        server.await("message")
        let reads = server.events.filter { $0.line?.hasPrefix("MAIL") == true || $0.line == "DATA" }.compactMap(\.read)
        #expect(Set(reads).count == 2)
    }

    @Test(arguments: ["554 5.7.1 go away", "421 4.3.2 busy", "250 hello"]) func aRefusingGreeting(_ text: String) throws
    {
        var scenario = RelayScenario()
        scenario.answers["GREETING"] = [.init(text)]
        let error = failure(try target(SMTPServer.scripted(scenario)))
        // libcurl takes any 2yz as a greeting; so do we.
        guard !text.hasPrefix("2") else { return #expect(error == nil) }
        #expect(error?.code == .refused)
        #expect(error?.stage == .greeting)
        #expect(error?.reply?.code == Int(text.prefix(3)))
    }

    @Test func aRefusedEHLOIsTriedAsHELO() throws {
        var scenario = RelayScenario()
        scenario.answers["EHLO"] = ["502 5.5.1 what"]
        let server = try SMTPServer.scripted(scenario)
        #expect(try deliverOnce(server).delivery.verdict == .accepted)
        server.await("message")
        #expect(server.commands.contains("MAIL FROM:<from@practice.test>"))
        scenario.answers["HELO"] = ["550 no"]
        let error = failure(try target(SMTPServer.scripted(scenario)))
        #expect(error?.code == .refused)
        #expect(error?.stage == .hello)
    }

    @Test(arguments: ["GREETING", "EHLO"]) func somethingElseThanSMTP(_ verb: String) throws {
        var scenario = RelayScenario()
        scenario.answers[verb] = [.init("HTTP/1.1 400 Bad Request", then: .close)]
        let error = failure(try target(SMTPServer.scripted(scenario)))
        #expect(error?.stage == (verb == "EHLO" ? .hello : .greeting))
        #expect(error?.scope == .relay)
    }

    @Test func bytesAfterTheOpeningAreRefused() throws {
        var scenario = RelayScenario()
        scenario.answers["EHLO"] = ["250 hello\n250 and more"]
        let server = try SMTPServer.scripted(scenario)
        var timers = patientTimers()
        timers.overall = .seconds(5)
        // Whether libcurl swallowed the second reply or left it to us, no reply may be attributed to MAIL wrongly.
        if let error = failure(try target(server), timers: timers) { #expect(error.code == .protocolViolation) }
    }

    @Test(arguments: [("GREETING", Stage.greeting), ("EHLO", .hello)])
    func eachStageOfTheOpeningHasATimer(_ verb: String, _ stage: Stage) throws {
        var scenario = RelayScenario()
        scenario.answers[verb] = [.init(nil, then: .hang)]
        let server = try SMTPServer.scripted(scenario)
        let start = ContinuousClock.now
        let error = failure(try target(server), timers: .short(at: [stage]))
        #expect(error?.code == .timedOut)
        #expect(error?.stage == stage)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func anImplicitTLSHandshakeHasATimer() throws {
        var scenario = RelayScenario()
        scenario.answers["GREETING"] = [.init(nil, then: .hang)]
        let error = failure(
            try target(SMTPServer.scripted(scenario), scheme: "smtps", authority: CertificateAuthority()),
            timers: shortTimers())
        #expect(error?.code == .timedOut)
        #expect(error?.stage == .tls)
    }

    @Test func plaintextWhereTLSIsSpokenIsATLSFailure() throws {
        let error = failure(
            try target(SMTPServer.scripted(), scheme: "smtps", authority: CertificateAuthority()))
        #expect(error?.code == .tlsFailed)
        #expect(error?.stage == .tls)
    }

    @Test(arguments: [("STARTTLS", Stage.tls), ("AUTH", .auth)])
    func tlsAndAuthHaveTimers(_ verb: String, _ stage: Stage) throws {
        let (server, authority) = try secured(.starttls) { $0.answers[verb] = [.init(nil, then: .hang)] }
        let error = failure(
            try account(server, authority, scheme: "smtp"), timers: .short(at: [stage], .seconds(2)))
        #expect(error?.code == .timedOut)
        #expect(error?.stage == stage)
    }

    @Test func nobodyThere() throws {
        let server = try SMTPServer.scripted()
        let gone = try target(server)
        server.stop()
        let error = failure(gone)
        #expect(error?.code == .unreachable)
        #expect(error?.stage == .connect)
        #expect(error?.description.contains("HOLDFAST_SMTP_URL") == true)
    }

    @Test func aNameWithoutAddress() throws {
        let relay = try Relay(url: "smtp://no-such-host.invalid", password: nil, caFile: nil, ehloName: "a.test")
        var timers = patientTimers()
        timers.connect = .seconds(20)
        let error = failure(relay, timers: timers)
        #expect(error?.stage == .resolve)
        #expect(error?.code == .unresolvable || error?.code == .timedOut)
    }

    @Test func theEnvironmentCannotRerouteASession() async {
        // In a process of its own, because the environment belongs to the whole process.
        await #expect(processExitsWith: .success) {
            setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1)
            let accepted = try deliverOnce(SMTPServer.scripted()).delivery.verdict == .accepted
            exit(accepted ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }
}
