import Foundation
import Testing

@testable import SMTP

/// What real relays say, and what we make of it: `Corpus/replies.txt`.
@Suite("Replies of real relays")
struct ReplyCorpusTests {
    struct Line: CustomTestStringConvertible {
        let testDescription: String
        let fields: [String]
    }

    static let lines: [Line] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Corpus/replies.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            Line(testDescription: String(line), fields: line.components(separatedBy: " | "))
        }
    }()

    @Test("the file is there, and speaks of every scope a reply can have")
    func isComplete() {
        #expect(Self.lines.count >= 70)
        #expect(Set(Self.lines.map { $0.fields[2] }) == Set(Scope.allCases.map(\.rawValue)).subtracting(["session"]))
    }

    @Test("each is understood", arguments: lines)
    func understands(_ line: Line) throws {
        try #require(line.fields.count == 6)
        let stage = try #require(Stage(rawValue: line.fields[0]))
        let reply = try reply(line.fields[5].replacingOccurrences(of: "\\n", with: "\r\n"))
        let delivery = Delivery(.of(stage, reply), at: stage, reply: reply, tls: nil)
        let hint = delivery.retryAfter.map { "\(Int($0 / .seconds(1)))" } ?? "-"
        let rule = ClassificationRule.first(for: stage, reply)?.name ?? "no rule"
        #expect(
            [delivery.verdict.rawValue, delivery.scope.rawValue, hint, delivery.finding?.rawValue ?? "-"]
                == Array(line.fields[1...4]), "by the rule '\(rule)'")
    }
}
