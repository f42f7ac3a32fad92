/// A header field as it was found in a message, in whatever spelling.
package struct ReadField: Hashable, Sendable, Redacted {
    /// The name as it is written there.
    package let name: String
    /// The value on one line, its encoded words as they are.
    package let value: String

    /// The value as a person is to see it, its encoded words read (RFC 2047).
    package var decodedValue: String { EncodedWord.decoded(value) }

    /// The header of what could not be read as a message, as far as one is there.
    package static func header(of bytes: [UInt8]) -> [ReadField] {
        split(bytes.prefix(ReadPart.maximumLength)).fields
    }

    /// The fields at the start of a message or part, and what follows the empty line after them.
    ///
    /// A line that is no field ends the header, as the body of a message without an empty line would begin there.
    static func split(_ bytes: ArraySlice<UInt8>) -> (fields: [ReadField], body: ArraySlice<UInt8>) {
        var fields: [(name: String, lines: [String])] = []
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let end = bytes[position...].firstIndex(of: ASCII.lineFeed) ?? bytes.endIndex
            let line = bytes[position..<end].withoutCarriageReturn
            let next = min(end + 1, bytes.endIndex)
            if line.allSatisfy(ASCII.isBlank) {
                return (fields.map(joined), bytes[next...])
            } else if line.first.map(ASCII.isBlank) == true, !fields.isEmpty {
                fields[fields.count - 1].lines.append(trimmed(line))
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")), let name = name(line[..<colon]) {
                fields.append((name, [trimmed(line[(colon + 1)...])]))
            } else {
                break
            }
            position = next
        }
        return (fields.map(joined), bytes[position...])
    }

    private static func joined(_ field: (name: String, lines: [String])) -> ReadField {
        ReadField(name: field.name, value: field.lines.filter { !$0.isEmpty }.joined(separator: " "))
    }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        let name = bytes.last == ASCII.space ? bytes.dropLast() : bytes
        guard !name.isEmpty, name.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete }) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.drop(while: ASCII.isBlank)
        let end = start.lastIndex { !ASCII.isBlank($0) }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[start.startIndex..<end], as: UTF8.self)
    }
}

extension [ReadField] {
    /// The value of the first field of this name, in whatever case.
    package func value(of name: String) -> String? {
        let name = name.lowercased()
        return first { $0.name.lowercased() == name }?.value
    }
}

extension ArraySlice<UInt8> {
    /// A line without the CR that stood before its LF.
    var withoutCarriageReturn: ArraySlice<UInt8> { last == ASCII.carriageReturn ? dropLast() : self }
}

extension StringProtocol {
    /// The text without spaces and tabs around it.
    func trimmingBlanks() -> String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(
            start[..<(start.lastIndex { $0 != " " && $0 != "\t" }.map(start.index(after:)) ?? start.startIndex)])
    }
}
