/// The two forms of text: the canonical one of RFC 2046 section 4.1.1, where every line ending is CRLF, and LF alone.
enum LineEndings {
    /// The UTF-8 octets of `text` with CRLF, CR and LF all turned into CRLF; `nil` when `text` holds a NUL.
    static func canonical(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { canonical(UnsafeRawBufferPointer($0)) }
    }

    private static func canonical(_ source: UnsafeRawBufferPointer) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(source.count + source.count / 16)
        var runStart = 0
        var index = ByteScan.next(in: source, from: 0, eightBit: false)
        while index < source.count {
            let byte = source[index]
            if byte == 0 { return nil }
            var next = index + 1
            if byte == ASCII.lineFeed || byte == ASCII.carriageReturn {
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: source[runStart..<index]))
                output.append(ASCII.carriageReturn)
                output.append(ASCII.lineFeed)
                if byte == ASCII.carriageReturn && next < source.count && source[next] == ASCII.lineFeed { next += 1 }
                runStart = next
            }
            index = ByteScan.next(in: source, from: next, eightBit: false)
        }
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: source[runStart...]))
        return output
    }

    /// The same octets with CRLF and CR turned into LF, as programs of this system expect text.
    static func unix(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(ASCII.carriageReturn) else { return bytes }
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte != ASCII.carriageReturn {
                lines.append(byte)
            } else if index + 1 == bytes.count || bytes[index + 1] != ASCII.lineFeed {
                lines.append(ASCII.lineFeed)
            }
        }
        return lines
    }
}
