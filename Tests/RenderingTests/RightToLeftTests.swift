import Foundation
import Testing

@testable import Rendering

/// Letters in Arabic: laid out from the right, with names, addresses and numbers still readable.
@Suite struct RightToLeftTests {
    private static let kinds = Sample.letters.filter { $0.locale == "ar" }.map(\.kind)

    @Test(arguments: kinds) func thePageRunsFromTheRight(kind: String) throws {
        let letter = try Sample.letter(kind, locale: "ar")
        #expect(letter.direction == .rightToLeft && letter.html.contains("<html lang=\"ar\" dir=\"rtl\">"))
        // Nothing is pinned to a side: blocks start where the language starts.
        for pinned in ["text-align:left", "align=\"left\"", "margin-left", "padding-left:0", "float:"] {
            #expect(!letter.html.contains(pinned), "\(pinned)")
        }
    }

    /// A name in other letters is isolated, so that it cannot turn the words around it; an address runs its own way.
    @Test(arguments: kinds) func namesAndAddressesAreIsolated(kind: String) throws {
        let html = try Sample.letter(kind, locale: "ar").html
        for name in ["Larkspur Practice", "Zoë O&#39;Neil", "Dr. Amara Lindqvist"] {
            let places = html.components(separatedBy: name)
            #expect(places.count > 1, "\(name)")
            #expect(places.dropLast().allSatisfy { $0.hasSuffix("<bdi>") }, "\(name)")
        }
        #expect(html.contains("<a class=\"accent\" dir=\"ltr\" href=\"https://portal.example.org\""))
    }

    /// Readers of plain text lay out each line by its first letter, which may be a Latin name's.
    @Test(arguments: kinds) func everyLineOfTextStartsFromTheRight(kind: String) throws {
        let letter = try Sample.letter(kind, locale: "ar")
        for line in letter.lines where line.contains(" ") {
            #expect(line.unicodeScalars.first == "\u{200F}", "\(line)")
        }
        for line in letter.lines where line.contains("://") { #expect(line.hasPrefix("https://")) }
        #expect(!(try Sample.letter(kind, locale: "en").text.contains("\u{200F}")))
    }

    @Test(arguments: kinds) func numbersAreLatinDigits(kind: String) throws {
        let letter = try Sample.letter(kind, locale: "ar")
        for scalar in letter.text.unicodeScalars where scalar.properties.numericType == .decimal {
            #expect(scalar.isASCII)
        }
        #expect(letter.text.contains("10:00\u{A0}ص") && letter.text.contains("(UTC−8)"))
    }
}
