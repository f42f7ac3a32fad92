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
    /// The calendar part; nil for a letter without one.
    let calendar: String?

    init(_ letter: Letter) throws {
        let source = String(decoding: letter.message.bytes, as: UTF8.self)
        fields = Self.fields(try Self.split(source).head)
        let leaves = try Self.leaves(source)
        let types = leaves.map(\.type)
        let alternative = ["text/plain", "text/html"]
        try #require(types == alternative || types == alternative + ["text/calendar", "application/ics"])
        (text, html) = (leaves[0].content, leaves[1].content)
        calendar = leaves.count > 2 ? leaves[2].content : nil
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

    /// The parts that are no multiparts, in their order, decoded.
    private static func leaves(_ entity: String) throws -> [(type: String, content: String)] {
        let (head, body) = try split(entity)
        let fields = fields(head)
        let type = try #require(fields["content-type"])
        if let boundary = type.firstMatch(of: /boundary="?([^";]+)"?/)?.1 {
            return try body.components(separatedBy: "--\(boundary)").dropFirst().dropLast().flatMap {
                try leaves(String($0.trimmingPrefix("\r\n")))
            }
        }
        try #require(fields["content-transfer-encoding"] == "base64")
        let data = try #require(Data(base64Encoded: body.replacing("\r\n", with: "")))
        let content = String(decoding: data, as: UTF8.self).replacing("\r\n", with: "\n")
        return [(String(type.prefix { $0 != ";" }), content)]
    }
}
