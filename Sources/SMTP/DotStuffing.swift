internal import Glibc

extension OutputBuffer {
    /// Appends a message as DATA wants it, final dot included (RFC 5321 §4.5.2); false, and nothing of use
    /// appended, when it holds a bare CR, a bare LF or a NUL.
    ///
    /// Bare line ends are refused because relays disagree on what they mean, which is how one message is smuggled
    /// inside another. A message that does not end in CRLF gets one. Lines are found with `memchr`, runs copied whole.
    mutating func append(stuffing message: [UInt8]) -> Bool {
        message.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else {
                append(".\r\n")
                return true
            }
            guard memchr(start, 0, bytes.count) == nil else { return false }
            let end = start + bytes.count
            var run = start
            var line = start
            while line < end {
                if line.load(as: UInt8.self) == UInt8(ascii: ".") {
                    append(UnsafeRawBufferPointer(start: run, count: line - run))
                    append(".")
                    run = line
                }
                let length = end - line
                guard let feed = memchr(line, 0x0A, length) else {
                    guard memchr(line, 0x0D, length) == nil else { return false }
                    append(UnsafeRawBufferPointer(start: run, count: end - run))
                    append("\r\n.\r\n")
                    return true
                }
                // The first CR of the line must be the byte before its LF.
                guard let carriage = memchr(line, 0x0D, feed - UnsafeMutableRawPointer(mutating: line)),
                    carriage + 1 == feed
                else { return false }
                line = UnsafeRawPointer(feed + 1)
            }
            append(UnsafeRawBufferPointer(start: run, count: end - run))
            append(".\r\n")
            return true
        }
    }
}
