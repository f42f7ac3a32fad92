/// Text in the canonical form of RFC 2046 section 4.1.1: every line ending is CRLF.
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
}
