import FoundationEssentials

/// The spellings of RFC 5545: whatever text goes in stays inside its value.
enum CalendarText {
    /// The octets of a line without its ending (RFC 5545 section 3.1).
    private static let lineLimit = 75

    /// A value of type TEXT (RFC 5545 section 3.3.11).
    ///
    /// Line breaks become `\n`. Other controls, and the characters that turn the text around them, are left out: an
    /// appointment is worth more than an odd place.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": result.append(contentsOf: ["\\", scalar])
            case "\n" where previous == "\r": break
            case "\r", "\n": result.append(contentsOf: ["\\", "n"])
            default: if isHarmless(scalar) { result.append(scalar) }
            }
            previous = scalar
        }
        return String(result)
    }

    /// A parameter's value in quotation marks, those within it spelled as RFC 6868 has it; controls are left out.
    static func quoted(_ text: String) -> String {
        var result = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result.append(contentsOf: ["^", "'"])
            case "^": result.append(contentsOf: ["^", "^"])
            default: if isHarmless(scalar) { result.append(scalar) }
            }
        }
        result.append("\"")
        return String(result)
    }

    /// The `mailto` address of a mailbox (RFC 6068 section 2): once decoded, the address to the octet.
    static func calendarAddress(_ address: EmailAddress) -> String {
        var text = Array("mailto:".utf8)
        for byte in address.localPart.utf8 {
            if isPlainInAddress(byte) {
                text.append(byte)
            } else {
                ASCII.appendEscape(UInt8(ascii: "%"), byte, to: &text)
            }
        }
        return String(decoding: text, as: UTF8.self) + "@\(address.domain)"
    }

    /// A value of type DATE-TIME in UTC (RFC 5545 section 3.3.5).
    static func dateTime(_ date: Date) throws(MailError) -> String {
        let time = try CivilTime(date, field: .calendar)
        let day = [time.month, time.day].map(CivilTime.padded).joined()
        return "\(time.year)\(day)T\([time.hour, time.minute, time.second].map(CivilTime.padded).joined())Z"
    }

    /// The lines with CRLF after each, folded between characters.
    static func folded(_ lines: [String]) -> [UInt8] {
        var octets: [UInt8] = []
        for line in lines {
            var column = 0
            for scalar in line.unicodeScalars {
                let character = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                if column + character.count > lineLimit {
                    octets.append(contentsOf: ASCII.lineEnding + [ASCII.space])
                    column = 1
                }
                octets.append(contentsOf: character)
                column += character.count
            }
            octets.append(contentsOf: ASCII.lineEnding)
        }
        return octets
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        !HeaderText.isControl(scalar) && !HeaderText.isBidirectionalControl(scalar)
    }

    /// What stands for itself in a URI and parts nothing in a `mailto` or in a calendar's line.
    private static func isPlainInAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"),
            UInt8(ascii: "$"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"):
            true
        default: ASCII.isAlphanumeric(byte)
        }
    }
}
