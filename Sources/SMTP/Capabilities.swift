/// What a relay announced in its last EHLO answer (RFC 5321 §4.1.1.1); empty before one, and after HELO.
struct Capabilities: Sendable, Equatable {
    /// Commands may be sent in one group (RFC 2920).
    var pipelining = false
    /// Addresses may hold UTF-8 (RFC 6531).
    var smtpUTF8 = false
    /// MAIL may carry SIZE= (RFC 1870).
    var size = false
    /// The largest message the relay takes, in bytes; nil when it names no limit.
    var sizeLimit: Int?

    init() {}

    /// Reads the extension lines; the first line is the relay's name and greeting.
    init(helloReply reply: Reply) {
        for line in reply.lines.dropFirst() {
            let words = line.split(separator: " ")
            switch words.first?.uppercased() {
            case "PIPELINING": pipelining = true
            case "SMTPUTF8": smtpUTF8 = true
            case "SIZE":
                size = true
                sizeLimit = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            default: break
            }
        }
    }
}
