import SMTP
import Testing

@Suite struct ReplyParserTests {
    @Test func findsTheSameRepliesHoweverTheBytesAreCut() throws {
        let wire = Array("250-mx.test\r\n250-SIZE 100\r\n250 \r\n354 go\r\n250\r\n550 5.1.1 no\r\n".utf8)
        for piece in 1...wire.count {
            var parser = ReplyParser()
            var replies: [Reply] = []
            for start in stride(from: 0, to: wire.count, by: piece) {
                parser.append(wire[start..<min(start + piece, wire.count)])
                while let reply = try parser.next() { replies.append(reply) }
            }
            #expect(replies.map(\.code) == [250, 354, 250, 550])
            #expect(replies.first?.lines == ["mx.test", "SIZE 100", ""])
            #expect(replies.last?.enhancedStatus == EnhancedStatus(5, 1, 1))
            #expect(!parser.hasUnreadBytes)
        }
    }

    @Test(arguments: [
        ("25 x\r\n", ReplyParser.Defect.malformedLine), ("2500 x\r\n", .malformedLine), ("250_x\r\n", .malformedLine),
        ("199 x\r\n", .malformedLine), ("600 x\r\n", .malformedLine), ("250 x\n", .malformedLine),
        ("250 a\rb\r\n", .malformedLine), ("250 a\0b\r\n", .malformedLine), ("\r\n", .malformedLine),
        ("hello\r\n", .malformedLine), ("250-a\r\n251 b\r\n", .inconsistentCodes),
        ("250 " + String(repeating: "x", count: 5000), .tooLong),
        (String(repeating: "250-" + String(repeating: "x", count: 1000) + "\r\n", count: 70), .tooLong),
    ]) func refuses(_ wire: String, _ defect: ReplyParser.Defect) {
        var parser = ReplyParser()
        parser.append(wire.utf8)
        #expect(throws: defect) { while try parser.next() != nil {} }
    }

    @Test func keepsWhatFollowsAReply() throws {
        var parser = ReplyParser()
        parser.append("250 ok\r\n421 b".utf8)
        #expect(try parser.next()?.code == 250)
        #expect(parser.hasUnreadBytes)
        #expect(try parser.next() == nil)
        parser.append("ye\r\n".utf8)
        #expect(try parser.next()?.lines == ["bye"])
    }

    @Test func takesLongLinesAndLongReplies() throws {
        var parser = ReplyParser()
        let lines = (1...50).map { _ in "250-" + String(repeating: "x", count: 900) + "\r\n" }
        parser.append((lines.joined() + "250 end\r\n").utf8)
        #expect(try parser.next()?.lines.count == 51)
    }
}
