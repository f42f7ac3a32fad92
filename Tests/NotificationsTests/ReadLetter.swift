import Foundation
import Mail
import Testing

@testable import Notifications

/// A letter taken apart again: enough of MIME for what our letters are made of.
struct ReadLetter {
    /// Header fields, unfolded, by their names in lower case.
    let fields: [String: String]
    /// The text part.
    let text: String
    /// The HTML part.
    let html: String

    init(_ letter: Letter) throws {
        let source = String(decoding: letter.message.bytes, as: UTF8.self)
        let (head, body) = try Self.split(source)
        fields = Self.fields(head)
        let type = try #require(fields["content-type"])
        let boundary = try #require(type.firstMatch(of: /boundary="?([^";]+)"?/)?.1)
        let parts = body.components(separatedBy: "--\(boundary)").dropFirst().dropLast().map {
            String($0.trimmingPrefix("\r\n"))
        }
        try #require(parts.count == 2)
        text = try Self.decoded(parts[0], as: "text/plain")
        html = try Self.decoded(parts[1], as: "text/html")
    }

    private static func split(_ entity: String) throws -> (head: String, body: String) {
        let end = try #require(entity.range(of: "\r\n\r\n"))
        return (String(entity[..<end.lowerBound]), String(entity[end.upperBound...]))
    }

    private static func fields(_ head: String) -> [String: String] {
        let lines = head.replacing("\r\n ", with: " ").replacing("\r\n\t", with: " ").components(separatedBy: "\r\n")
        return Dictionary(
            lines.compactMap { line in
                line.range(of: ": ").map { (line[..<$0.lowerBound].lowercased(), String(line[$0.upperBound...])) }
            }
        ) { first, _ in first }
    }

    private static func decoded(_ part: String, as type: String) throws -> String {
        let (head, body) = try split(part)
        let fields = fields(head)
        #expect(fields["content-type"]?.hasPrefix(type) == true)
        try #require(fields["content-transfer-encoding"] == "base64")
        let data = try #require(Data(base64Encoded: body.replacing("\r\n", with: "")))
        return String(decoding: data, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
