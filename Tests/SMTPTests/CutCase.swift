import Foundation
import SMTP
import TestSupport
import Testing

/// The way a message goes to the relay before the wire is cut.
struct Dialogue: Sendable, CustomTestStringConvertible {
    /// Whether the envelope is sent in one group.
    let isPipelined: Bool
    /// Whether the cut comes in the second message of a session.
    let isKept: Bool

    static let all = [true, false].flatMap { pipelined in
        [false, true].map { Dialogue(isPipelined: pipelined, isKept: $0) }
    }

    var testDescription: String { "\(isPipelined ? "pipelined" : "one by one"), \(isKept ? "kept" : "fresh")" }

    /// The stages in the order of their replies, as far as they can be cut.
    var stages: [Stage] {
        isKept ? [.rset, .mail, .rcpt, .data, .dot] : [.greeting, .hello, .mail, .rcpt, .data, .dot]
    }

    /// Replies before the first that can be cut: a kept session has been opened and has carried a message.
    var earlierReplies: Int { isKept ? 6 : 0 }
}

/// One cut and where the client must say it happened.
struct CutCase: Sendable {
    let number: Int
    let cut: WireCutter.Cut
    let stages: Set<Stage>

    /// Every place a recorded dialogue can be cut at, in every way, with the stages that are right for each.
    static func everywhere(_ dialogue: Dialogue, _ whole: WireCutter.Recording) throws -> [CutCase] {
        let places = try replyPlaces(dialogue, whole.replies) + commandPlaces(dialogue, whole.commands)
        var cases: [CutCase] = []
        for place in places {
            for way in WireCutter.Way.allCases {
                let cut = WireCutter.Cut(place.direction, after: place.after, way)
                // RSET and MAIL have one timer, so on a slow machine it may run out at the first of them.
                let earlier: Set<Stage> = dialogue.isKept && way.isSilent && place.stages == [.mail] ? [.rset] : []
                cases.append(CutCase(number: cases.count, cut: cut, stages: place.stages.union(earlier)))
            }
        }
        return cases
    }

    private typealias Place = (direction: WireCutter.Direction, after: Int, stages: Set<Stage>)

    /// A cut among the replies shows at the first reply that is not complete.
    private static func replyPlaces(_ dialogue: Dialogue, _ wire: [UInt8]) throws -> [Place] {
        var parser = ReplyParser()
        var ends: [Int] = []
        for (index, byte) in wire.enumerated() {
            parser.append(CollectionOfOne(byte))
            if try parser.next() != nil { ends.append(index + 1) }
        }
        let first = dialogue.isKept ? ends[dialogue.earlierReplies - 1] : 0
        return (first..<wire.count).map { after in
            let complete = ends.count { $0 <= after } - dialogue.earlierReplies
            var stages: Set = [dialogue.stages[complete]]
            // Gone before a slow client looked: it then sees a connection that failed.
            if !dialogue.isKept, complete <= 1, after <= ends[0] { stages.formUnion([.connect, .greeting]) }
            // Gone right after the answer to EHLO: seen before the session is handed out, or at its first command.
            if stages == [.mail], !dialogue.isKept, ends.contains(after) { stages.insert(.hello) }
            // The relay is gone right after its 354: the kernel may take the text or refuse it.
            if stages == [.dot], ends.contains(after) { stages.insert(.body) }
            return (.replies, after, stages)
        }
    }

    /// A cut among the commands shows where the first answer is missed: for a group, at its first command.
    private static func commandPlaces(_ dialogue: Dialogue, _ wire: [UInt8]) -> [Place] {
        var ends: [(end: Int, stage: Stage)] = []
        var end = 0
        for line in String(decoding: wire, as: UTF8.self).components(separatedBy: "\r\n").dropLast() {
            end += line.utf8.count + 2
            if let stage = stage(of: line) { ends.append((end, stage)) } else { ends[ends.count - 1].end = end }
        }
        if dialogue.isKept { ends.removeFirst(ends.lastIndex { $0.stage == .rset } ?? 0) }
        let start = dialogue.isKept ? ends[0].end - "RSET\r\n".utf8.count : 0
        return (start + 1...wire.count).map { after in
            let stage = ends.first { after <= $0.end }?.stage ?? .dot
            let isInGroup = dialogue.isPipelined && Stage.rset <= stage && stage <= .data
            return (.commands, after, [isInGroup ? dialogue.stages.first { $0 >= .rset } ?? stage : stage])
        }
    }

    /// Where the answer to a line is missed; nil for the text after its first line.
    private static func stage(of line: String) -> Stage? {
        switch line.prefix(4) {
        case "EHLO": .hello
        case "RSET": .rset
        case "MAIL": .mail
        case "RCPT": .rcpt
        case "DATA": .data
        case "Subj": .dot
        default: nil
        }
    }
}

extension Timers {
    /// Patient, but for the stages a timer is expected to run out at: on a slow machine no other may run out.
    ///
    /// RSET and MAIL share a timer, as do EHLO and AUTH, and connecting and TLS.
    static func short(at stages: Set<Stage>, _ limit: Duration = .milliseconds(80)) -> Timers {
        var timers = patientTimers()
        for stage in stages {
            switch stage {
            case .resolve, .connect: break
            case .tls: timers.connect = limit
            case .greeting: timers.greeting = limit
            case .hello, .auth: timers.hello = limit
            case .rset, .mail: timers.mail = limit
            case .rcpt: timers.recipient = limit
            case .data: timers.dataInitiation = limit
            case .body: timers.dataBlock = limit
            case .dot, .accepted: timers.dataTermination = limit
            }
        }
        return timers
    }
}
