import Foundation
import SMTP
import TestSupport
import Testing

/// The wire is cut at every byte: whatever is lost, the verdict says what the relay can have.
@Suite struct CutTests {
    private static func text(_ number: Int) -> [UInt8] {
        Array("Subject: case \(String(format: "%06d", number))\r\n\r\nHello.\r\n..\r\nGood\tbye.\r\n".utf8)
    }

    /// The numbers of the messages that the relay has in full.
    private static func numbers(at server: SMTPServer) -> Set<Int> {
        Set(server.messages.compactMap { $0.firstMatch(of: /Subject: case (\d+)/).flatMap { Int($0.1) } })
    }

    /// The same, after one more message that comes after all others.
    private static func numbersAtLast(_ relay: ProtectedRelay) throws -> Set<Int> {
        #expect(try relay.client.send(text(last)).outcome.verdict == .accepted)
        while relay.server.await("message", within: 60) != nil {
            let numbers = numbers(at: relay.server)
            if numbers.contains(last) { return numbers }
        }
        throw TestSupportError("the scripted relay did not tell of the last message")
    }

    private static let last = 999_999

    @Test(.serialized, arguments: Dialogue.all) func atEveryByteTheStageIsRight(_ dialogue: Dialogue) async throws {
        var scenario = RelayScenario()
        if !dialogue.isPipelined { scenario.capabilities = ["SIZE 10240000"] }
        let server = try SMTPServer.scripted(scenario)
        let client = CutClient(relayPort: server.port, isKept: dialogue.isKept)
        let whole = try client.send(Self.text(0))
        #expect(whole.outcome.verdict == .accepted)
        let cases = try CutCase.everywhere(dialogue, whole.wire)
        let outcomes = await inParallel(cases) { cut in
            Result { try Self.send(cut, by: client) }
        }
        try await server.catchUp()
        let received = Self.numbers(at: server)
        for (cut, result) in zip(cases, outcomes) {
            let complaint = Self.complaint(try result.get(), cut, isReceived: received.contains(cut.number + 1))
            if let complaint { Issue.record("\(cut.cut): \(complaint)") }
        }
        // The first is the whole one; unless some of the cuts leave the relay with a message, nothing was shown.
        #expect(received.count > 10 && received.contains(0))
        print("cut the wire, \(dialogue.testDescription): \(cases.count) cuts, \(received.count - 1) copies, all known")
    }

    @Test(.serialized, arguments: [RelayScenario.TLS.starttls, .implicit])
    func underTLSNothingIsLostOrDoubledUnrecorded(_ tls: RelayScenario.TLS) async throws {
        let relay = try ProtectedRelay(tls)
        let whole = try relay.client.send(Self.text(0)).wire
        #expect(Self.numbers(at: relay.server).isEmpty)
        let step = TestLength.isFull ? 5 : 29
        var cuts: [WireCutter.Cut] = []
        for (direction, size) in [
            (WireCutter.Direction.commands, whole.commands.count), (.replies, whole.replies.count),
        ] {
            for way in WireCutter.Way.allCases {
                cuts += stride(from: 0, to: size, by: step).map { .init(direction, after: $0, way) }
            }
        }
        let client = relay.client
        let outcomes = await inParallel(Array(cuts.enumerated().map { ($0, $1) })) { number, cut in
            Result { try client.send(Self.text(number + 1), cut: cut, timers: .ofWay(cut.way)).outcome }
        }
        let received = try Self.numbersAtLast(relay)
        var seen: Set<Stage> = []
        for ((number, cut), result) in zip(cuts.enumerated(), outcomes) {
            let outcome = try result.get()
            if !cut.way.isSilent { seen.insert(outcome.stage) }
            if let complaint = Self.contradiction(outcome, isReceived: received.contains(number + 1)) {
                Issue.record("\(cut): \(complaint)")
            }
        }
        #expect(received.count > 3 && seen.isSuperset(of: [.tls, .hello, .auth, .mail, .rcpt, .data, .dot]), "\(seen)")
        print("cut the wire under \(tls.rawValue) TLS: \(cuts.count) cuts, \(received.count - 2) copies, all known")
    }

    /// More text than the kernels of both ends take, so that a cut in it comes before the dot can have left.
    @Test(.serialized, arguments: [RelayScenario.TLS.none, .implicit])
    func inTheTextTheRelayCannotHaveIt(_ tls: RelayScenario.TLS) async throws {
        let relay = try ProtectedRelay(tls)
        var client = relay.client
        client.receiveBuffer = 16_384
        let text = Array(String(repeating: String(repeating: "x", count: 76) + "\r\n", count: 80_000).utf8)
        var cuts: [WireCutter.Cut] = []
        for way in WireCutter.Way.allCases {
            cuts += (0..<20).map { .init(.commands, after: 5_000 + $0 * 50_000, way) }
        }
        let cutting = client
        let outcomes = await inParallel(cuts, threads: 8) { cut in
            Result {
                try cutting.send(text, cut: cut, timers: cut.way.isSilent ? .short(at: [.body]) : patientTimers())
            }
        }
        for (cut, result) in zip(cuts, outcomes) {
            let outcome = try result.get().outcome
            #expect(
                outcome.stage == .body && outcome.verdict == .transient && outcome.scope == .relay, "\(cut): \(outcome)"
            )
        }
        #expect(try Self.numbersAtLast(relay) == [Self.last] && relay.server.messages.count == 1)
    }

    /// What no outcome may say, wherever the wire was cut.
    private static func contradiction(_ outcome: CutOutcome, isReceived: Bool) -> String? {
        if let trouble = outcome.trouble { return trouble }
        if isReceived, !outcome.isRecorded { return "the relay has the message, and we say \(outcome)" }
        if !isReceived, outcome.verdict == .accepted { return "the relay has no message, and we say \(outcome)" }
        if (outcome.verdict == .unknown) != (outcome.stage == .dot) { return "stage and verdict disagree: \(outcome)" }
        let isRelayTrouble = outcome.isRecorded || outcome.scope == .relay || outcome.verdict == .stale
        return isRelayTrouble ? nil : "a cut wire is the relay's trouble, not \(outcome)"
    }

    private static func send(_ cut: CutCase, by client: CutClient) throws -> CutOutcome {
        let timers = cut.cut.way.isSilent ? Timers.short(at: cut.stages) : patientTimers()
        for _ in 1..<50 {
            let outcome = try client.send(text(cut.number + 1), cut: cut.cut, timers: timers).outcome
            // A short timer that ran out on a busy machine before the cut was reached says nothing about the cut.
            if outcome.trouble == nil || !cut.cut.way.isSilent { return outcome }
        }
        throw TestSupportError("the machine is too busy for timers of 80 ms: no session got to its second message")
    }

    private static func complaint(_ outcome: CutOutcome, _ cut: CutCase, isReceived: Bool) -> String? {
        if let contradiction = contradiction(outcome, isReceived: isReceived) { return contradiction }
        guard cut.stages.contains(outcome.stage) else { return "expected one of \(cut.stages), not \(outcome)" }
        let isBeforeMAILAnswer = [.rset, .mail].contains(outcome.stage)
        switch outcome.verdict {
        case .unknown: return outcome.stage == .dot ? nil : "\(outcome)"
        case .transient: return outcome.stage >= .mail ? nil : "\(outcome)"
        case .stale: return isBeforeMAILAnswer ? nil : "\(outcome)"
        case nil: return outcome.stage <= .hello ? nil : "\(outcome)"
        default: return "\(outcome)"
        }
    }
}

extension Timers {
    /// Short throughout where the wire hangs, because under TLS nobody knows which stage a byte belongs to.
    fileprivate static func ofWay(_ way: WireCutter.Way) -> Timers { way.isSilent ? shortTimers() : patientTimers() }
}
