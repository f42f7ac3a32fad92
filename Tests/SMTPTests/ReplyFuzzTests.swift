import Foundation
import Fuzzing
import Testing

@testable import SMTP

/// Whatever bytes a relay sends, the reader neither traps nor lets one reply pass for another.
@Suite struct ReplyFuzzTests {
    private static let mutator = Mutator(
        corpus: [
            "220 mx.test ESMTP Postfix\r\n250-mx.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 8BITMIME\r\n",
            "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n",
            "250 2.0.0 Ok: queued as 4TEST1\r\n421 4.4.2 idle too long\r\n",
            "550-5.1.1 The email account that you tried to reach does not exist.\r\n550 5.1.1 x@y.test - gsmtp\r\n",
            "451 4.7.1 Greylisted, try again in 5 minutes, see http://mx.test/?a=1\r\n",
            "250 OK id=1abcDE-0002Ab-Cd\r\n250 ok 1700000000 qp 12345\r\n250\r\n250 \r\n", "235 2.7.0 Ok\r\n",
        ],
        words: [
            "\r\n", "\n", "\r", "\0", "250-", "250 ", "354 ", "421 ", "599 ", "600 ", "199 ", "5.1.1 ", "4.999.999 ",
            "2.0.0", "queued as", "queued", "id=", "ok", "in", "after", "999999", "minutes", "@", "to@client.test",
            "%40", "://", "\u{ff20}", "\u{e9}", "\u{301}", "SIZE 99999999999999999999", "SIZE -1", "PIPELINING",
        ])

    /// What the reader makes of bytes that come in pieces.
    private struct Reading: Equatable {
        var replies: [Reply] = []
        var defect: ReplyParser.Defect?
    }

    private static func read(_ bytes: [UInt8], inPiecesUpTo limit: Int, _ generator: inout SeededGenerator) -> Reading {
        var parser = ReplyParser()
        var reading = Reading()
        var rest = bytes[...]
        do throws(ReplyParser.Defect) {
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...limit, using: &generator))
                rest = rest.dropFirst(piece.count)
                parser.append(piece)
                while let reply = try parser.next() { reading.replies.append(reply) }
            }
        } catch { reading.defect = error }
        return reading
    }

    @Test func replies() async throws {
        try await fuzz("replies") { generator in
            let bytes = Self.mutator.input(using: &generator)
            let whole = Self.read(bytes, inPiecesUpTo: max(1, bytes.count), &generator)
            let pieces = Self.read(bytes, inPiecesUpTo: 7, &generator)
            let broken =
                whole == pieces
                ? Self.broken(whole, bytes) : "read as \(whole) and in pieces as \(pieces)"
            return broken.map { "\($0), from \(String(decoding: bytes, as: UTF8.self).debugDescription)" }
        }
    }

    private static func broken(_ reading: Reading, _ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: reading.replies.flatMap(\.wire)) else { return "replies that are not the bytes" }
        for reply in reading.replies {
            let lines = String(decoding: reply.wire, as: UTF8.self).components(separatedBy: "\r\n").dropLast()
            guard lines.allSatisfy({ $0.hasPrefix(String(reply.code)) }), (200...599).contains(reply.code) else {
                return "a line of another code in \(reply.code)"
            }
            guard lines.dropLast().allSatisfy({ $0.utf8.dropFirst(3).first == UInt8(ascii: "-") }) else {
                return "two replies taken for one"
            }
            if let broken = brokenReading(of: reply) { return broken }
        }
        return nil
    }

    private static func brokenReading(of reply: Reply) -> String? {
        let stored = reply.scrubbed(limit: 200, hiding: envelope)
        guard stored.utf8.count <= 200, stored.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !stored.contains("@")
        else { return "unfit to be stored: \(stored)" }
        if let id = reply.queueID, !(4...128).contains(id.utf8.count) || id.contains("@") { return "queue id \(id)" }
        if let wait = RetryHint.find(in: reply), !RetryHint.bounds.contains(wait) { return "a wait of \(wait)" }
        for stage in Stage.allCases where stage < .dot && Classification.of(stage, reply).verdict == .accepted {
            return "accepted at \(stage)"
        }
        let isPositive = reply.code / 100 == 2
        guard (Classification.of(.dot, reply).verdict == .accepted) == isPositive else {
            return "\(reply.code) at the dot"
        }
        return nil
    }

    @Test func openings() async throws {
        try await fuzz("openings") { generator in
            let bytes = Self.mutator.input(using: &generator)
            var handshake = Handshake(
                expectsStartTLS: Bool.random(using: &generator), expectsAuth: Bool.random(using: &generator))
            handshake.receive(bytes)
            if let limit = handshake.capabilities.sizeLimit, limit <= 0 { return "a size limit of \(limit)" }
            guard handshake.isAuthenticated, !bytes.contains("235") else { return nil }
            return "logged in without a 235"
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool {
        indices.contains { self[$0...].starts(with: text.utf8) }
    }
}
