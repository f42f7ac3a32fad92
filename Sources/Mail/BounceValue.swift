/// The values that reports and the letters in them name, as far as they can be what they should be.
enum BounceValue {
    /// The Message-ID in a value, without its angle brackets; nil when nothing there can be one.
    static func identifier(in value: String) -> String? {
        let start = value.firstIndex(of: "<").map { value.index(after: $0) } ?? value.startIndex
        let identifier = value[start...].prefix { $0 != ">" }.trimmingBlanks()
        let isPlain = identifier.utf8.allSatisfy { $0 > ASCII.space && $0 < ASCII.delete }
        return identifier.contains("@") && identifier.utf8.count <= 998 && isPlain ? identifier : nil
    }

    /// The Message-ID of a header that came back.
    static func identifier(inHeader fields: [ReadField]) -> String? {
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
