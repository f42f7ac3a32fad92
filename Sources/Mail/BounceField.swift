/// A header field as it was found: the name in lower case, the value unfolded.
struct BounceField {
    let name: String
    let value: String

    /// The fields at the start of a message or part, and what follows the empty line after them.
    ///
    /// A line that is no field ends the header, as the body of a message without an empty line would begin there.
    static func split(_ bytes: ArraySlice<UInt8>) -> (fields: [BounceField], body: ArraySlice<UInt8>) {
        var fields: [(name: String, value: String)] = []
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let end = bytes[position...].firstIndex(of: ASCII.lineFeed) ?? bytes.endIndex
            let line = bytes[position..<end]
            let next = min(end + 1, bytes.endIndex)
            if line.allSatisfy(isBlank) {
                return (fields.map(BounceField.init), bytes[next...])
            } else if line.first.map(isBlank) == true, !fields.isEmpty {
                fields[fields.count - 1].value += " " + trimmed(line)
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")), let name = name(line[..<colon]) {
                fields.append((name, trimmed(line[(colon + 1)...])))
            } else {
                break
            }
            position = next
        }
        return (fields.map(BounceField.init), bytes[position...])
    }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        let trimmed = name.hasSuffix(" ") ? String(name.dropLast()) : name
        return trimmed.isEmpty || !trimmed.utf8.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete }) ? nil : trimmed
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[start.startIndex..<end], as: UTF8.self)
    }

    /// The media type of a Content-Type value, and its parameters (RFC 2045 section 5.1).
    static func mediaType(_ value: String) -> (type: String, parameters: [String: String]) {
        var parameters: [String: String] = [:]
        let pieces = parameterPieces(value)
        for piece in pieces.dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks() }
            if pair.count == 2, parameters[pair[0].lowercased()] == nil { parameters[pair[0].lowercased()] = pair[1] }
        }
        let type = pieces.first?.trimmingBlanks().lowercased() ?? ""
        return (type.contains("/") ? type : "text/plain", parameters)
    }

    /// The value cut at the semicolons outside quotation marks, which are taken away.
    private static func parameterPieces(_ value: String) -> [String] {
        var pieces = [""]
        var isQuoted = false
        var isEscaped = false
        for scalar in value.unicodeScalars {
            if isEscaped {
                pieces[pieces.count - 1].unicodeScalars.append(scalar)
                isEscaped = false
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == "\\", isQuoted {
                isEscaped = true
            } else if scalar == ";", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].unicodeScalars.append(scalar)
            }
        }
        return pieces
    }

    /// The Message-ID in a value, without its angle brackets; nil when nothing there can be one.
    static func identifier(in value: String) -> String? {
        let start = value.firstIndex(of: "<").map { value.index(after: $0) } ?? value.startIndex
        let identifier = value[start...].prefix { $0 != ">" }.trimmingBlanks()
        let isPlain = identifier.utf8.allSatisfy { $0 > ASCII.space && $0 < ASCII.delete }
        return identifier.contains("@") && identifier.utf8.count <= 998 && isPlain ? identifier : nil
    }

    /// The Message-ID of a header that came back.
    static func identifier(inHeader fields: [BounceField]) -> String? {
        fields.value(of: "message-id").flatMap(identifier)
    }

    /// The address in a value such as `rfc822; <zoe@example.org>`; nil when there is none.
    static func address(in value: String) -> String? {
        let typed = value.split(separator: ";", maxSplits: 1).last ?? ""
        let address = typed.prefix { $0 != "," }.filter { $0 != "<" && $0 != ">" }.trimmingBlanks()
        let isPlain = !address.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 }
        return address.contains("@") && address.utf8.count <= EmailAddress.maximumLength && isPlain ? address : nil
    }
}

extension [BounceField] {
    /// The value of the first field of this name, which is in lower case.
    func value(of name: String) -> String? { first { $0.name == name }?.value }
}

extension StringProtocol {
    /// The text without spaces and tabs around it.
    func trimmingBlanks() -> String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(
            start[..<(start.lastIndex { $0 != " " && $0 != "\t" }.map(start.index(after:)) ?? start.startIndex)])
    }
}
