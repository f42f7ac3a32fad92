import Testing

@testable import Rendering

@Suite struct LayoutTests {
    @Test func proseIsFilledAndBlankLinesCollapse() {
        let words = Array(repeating: "abcdefg", count: 20).joined(separator: "  ")
        let filled = TextFlow.filled("\n\n \(words)\n\n\n\nEnd  \n\n")
        let lines = filled.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.map(\.count) == [71, 71, 15, 0, 3, 0])
    }

    @Test func indentationHoldsForFurtherLinesAndLinksStayWhole() {
        let link = "https://x.org/" + String(repeating: "a", count: 200)
        let filled = TextFlow.filled("\tsee \(link) now \(Array(repeating: "ünd", count: 30).joined(separator: " "))")
        let lines = filled.split(separator: "\n")
        #expect(lines[0] == "  see" && lines[1] == "  \(link)")
        #expect(lines.allSatisfy { $0.hasPrefix("  ") })
        #expect(lines.dropFirst(2).allSatisfy { $0.count <= 72 } && lines[2].count == 72 - 3)
    }

    /// Every pairing of the layout, whatever accent a practice chose.
    @Test(arguments: ["#2f6f5e", "#000000", "#ffffff", "#ffcc00", "#ff0000", "#0000ff", "#777777", "#39ff14"])
    func everyAccentStaysReadable(accent: String) throws {
        let values = try #require(BrandColor(accent)).values
        func color(_ name: String) throws -> BrandColor {
            guard case .text(let text)? = values[name] else { throw RenderingError.invalidColor(name: name) }
            return try #require(BrandColor(text))
        }
        #expect(try color("brand.button").contrast(with: color("brand.button_text")) >= 4.5)
        for ground in ["#ffffff", "#f6f4ef", "#f3f1ec"] {
            #expect(try color("brand.accent").contrast(with: #require(BrandColor(ground))) >= 4.5)
        }
        for ground in ["#15171a", "#1f2226", "#2a2d32"] {
            #expect(try color("brand.accent_on_dark").contrast(with: #require(BrandColor(ground))) >= 4.5)
        }
    }

    /// The layout's own greys on every ground they stand on, light and dark.
    @Test func everyGreyIsReadable() throws {
        let light = (inks: ["#23211d", "#45423b", "#55514a", "#625e56"], grounds: ["#ffffff", "#f6f4ef", "#f3f1ec"])
        let dark = (inks: ["#f1eee8", "#cbc7bf", "#a9a59d"], grounds: ["#15171a", "#1f2226", "#2a2d32"])
        let html = try Sample.letter("reservation.confirm").html
        for scheme in [light, dark] {
            for ink in scheme.inks {
                #expect(html.contains(ink))
                for ground in scheme.grounds {
                    #expect(try #require(BrandColor(ink)).contrast(with: #require(BrandColor(ground))) >= 4.5)
                }
            }
        }
        let known = Set(light.inks + dark.inks)
        let used = html.matches(of: /[^-]color: ?(#[0-9a-f]{6})/).map { String($0.output.1) }
        // What is left are the accents, tested above.
        let accents = try #require(BrandColor("#2f6f5e")).values.values.values.compactMap { value -> String? in
            if case .text(let text) = value { text } else { nil }
        }
        #expect(Set(used).subtracting(known).isSubset(of: accents))
    }

    @Test func onlySixDigitsAreAColor() {
        for text in ["", "#fff", "2f6f5e", "#2f6f5g", "#+f6f5e", "#2f6f5e;", "#2f6f5e0"] {
            #expect(BrandColor(text) == nil)
        }
        #expect(BrandColor("#2F6F5E")?.hex == "#2f6f5e")
    }
}
