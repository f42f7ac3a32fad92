/// An enhanced mail system status code (RFC 3463), such as `5.1.1`.
package struct EnhancedStatus: Sendable, Hashable, CustomStringConvertible {
    /// 2 success, 4 transient, 5 permanent.
    package let kind: Int
    /// What it is about: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    package let subject: Int
    /// The detail within the subject.
    package let detail: Int

    /// A status from its three numbers.
    package init(_ kind: Int, _ subject: Int, _ detail: Int) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// Reads a status at the start of a reply's text; nil when there is none.
    ///
    /// A `#` before it, as some gateways write, is overlooked.
    package init?(leading text: some Sequence<UInt8>) {
        var numbers: [Int] = []
        var current = 0
        var digits = 0
        scan: for byte in text {
            switch byte {
            case UInt8(ascii: "#") where digits == 0 && numbers.isEmpty:
                continue
            case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 3:
                current = current * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
            case UInt8(ascii: ".") where digits > 0 && numbers.count < 2:
                numbers.append(current)
                (current, digits) = (0, 0)
            case UInt8(ascii: " "):
                break scan
            default:
                return nil
            }
        }
        guard numbers.count == 2, digits > 0, [2, 4, 5].contains(numbers[0]) else { return nil }
        self.init(numbers[0], numbers[1], current)
    }

    /// The dotted form, `5.1.1`.
    package var description: String { "\(kind).\(subject).\(detail)" }
}
