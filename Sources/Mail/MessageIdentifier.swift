import FoundationEssentials
import Signing

/// Writes a Message-ID that depends on every other octet of the message it stands in.
struct MessageIdentifier {
    private static let digestCharacters = 10

    private let uuid: String
    private let domain: String

    init(uuid: UUID, domain: String) {
        self.uuid = Self.spelled(uuid)
        self.domain = domain
    }

    /// The lower-case form of RFC 9562; Foundation's own goes through `printf` and upper case.
    private static func spelled(_ uuid: UUID) -> String {
        withUnsafeBytes(of: uuid.uuid) { bytes in
            var text: [UInt8] = []
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
                text.append(hexDigits[Int(byte >> 4)])
                text.append(hexDigits[Int(byte & 0x0F)])
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private static let hexDigits = [UInt8]("0123456789abcdef".utf8)

    /// Appends the field with ten octets left open and returns where they are.
    func writeField(to bytes: inout [UInt8]) -> Range<Int> {
        bytes.append(contentsOf: "Message-ID: <\(uuid).".utf8)
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Self.digestCharacters))
        bytes.append(contentsOf: "@\(domain)>\r\n".utf8)
        return start..<start + Self.digestCharacters
    }

    /// Fills the open octets from the digest of all others and returns the identifier without angle brackets.
    func fill(_ hole: Range<Int>, in bytes: inout [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes[..<hole.lowerBound])
        hash.update(bytes[hole.upperBound...])
        let characters = Base32.prefix(Self.digestCharacters, of: hash.finalize())
        bytes.replaceSubrange(hole, with: characters)
        return "\(uuid).\(String(decoding: characters, as: UTF8.self))@\(domain)"
    }
}
