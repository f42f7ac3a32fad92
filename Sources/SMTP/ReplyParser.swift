/// Splits the relay's bytes into replies: a pure value that takes bytes in pieces of any size.
///
/// Strict, because a reader that guesses attributes one command's reply to another: any error means that the
/// session must be closed. Not strict about length: RFC 5321 §4.5.3.1.5 says 512 bytes a line, relays send more.
package struct ReplyParser: Sendable {
    /// Why bytes were no reply.
    package enum Defect: Error, Sendable, Equatable {
        /// A line that does not start with a reply code from 200 to 599 and a blank, a hyphen or the line's end.
        case malformedLine
        /// Lines of one reply with different codes.
        case inconsistentCodes
        /// A line over 4 KB or a reply over 64 KB.
        case tooLong
    }

    static let lineLimit = 4096
    static let replyLimit = 65_536

    private var buffer: [UInt8] = []
    private var replyStart = 0
    private var lineStart = 0
    private var scanned = 0
    private var replyCode: Int?

    /// A parser that has seen nothing.
    package init() {}

    /// Whether bytes are waiting that belong to no reply handed out yet.
    package var hasUnreadBytes: Bool { replyStart < buffer.count }

    /// Takes in the next bytes, however they were cut.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if replyStart == buffer.count { reset() }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete reply, or nil when more bytes are needed.
    package mutating func next() throws(Defect) -> Reply? {
        while let end = nextLineEnd() {
            let line = buffer[lineStart..<end]
            let (code, isLast) = try Self.parse(line)
            if let replyCode, replyCode != code { throw .inconsistentCodes }
            replyCode = code
            lineStart = end
            if end - replyStart > Self.replyLimit { throw .tooLong }
            if isLast { return finishReply(code) }
        }
        if buffer.count - lineStart > Self.lineLimit { throw .tooLong }
        return nil
    }

    private mutating func nextLineEnd() -> Int? {
        guard let newline = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = buffer.count
            return nil
        }
        scanned = newline + 1
        return scanned
    }

    private mutating func finishReply(_ code: Int) -> Reply {
        let reply = Reply(code: code, wire: Array(buffer[replyStart..<lineStart]))
        replyStart = lineStart
        replyCode = nil
        return reply
    }

    private mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        (replyStart, lineStart, scanned) = (0, 0, 0)
    }

    private static func parse(_ line: ArraySlice<UInt8>) throws(Defect) -> (code: Int, isLast: Bool) {
        guard line.count <= lineLimit else { throw .tooLong }
        guard line.count >= 5, line[line.endIndex - 2] == UInt8(ascii: "\r") else { throw .malformedLine }
        let text = line.dropLast(2)
        guard !text.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) else { throw .malformedLine }
        var code = 0
        for byte in text.prefix(3) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .malformedLine }
            code = code * 10 + Int(byte - UInt8(ascii: "0"))
        }
        guard (200...599).contains(code) else { throw .malformedLine }
        switch text.dropFirst(3).first {
        case nil, UInt8(ascii: " "): return (code, true)
        case UInt8(ascii: "-"): return (code, false)
        default: throw .malformedLine
        }
    }
}
