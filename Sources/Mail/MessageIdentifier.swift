import FoundationEssentials
import Signing

/// Writes a Message-ID that depends on every other octet of the message it stands in.
struct MessageIdentifier {
    private static let digestCharacters = 10

    private let uuid: String
    private let domain: String

    init(uuid: UUID, domain: String) {
        self.uuid = uuid.lowercaseString
        self.domain = domain
    }

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
