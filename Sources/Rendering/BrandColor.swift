import Glibc

/// A practice's accent colour, and what has to go with it so that words stay readable.
///
/// Contrast is WCAG 2.1's ratio of relative luminance (1.4.3); every pairing the layout makes reaches 4.5 : 1, whatever
/// colour a practice chose.
package struct BrandColor: Sendable, Equatable {
    private let red, green, blue: Double

    /// Reads `#rrggbb`; nil for anything else.
    package init?(_ text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6, !digits.contains(UInt8(ascii: "+")),
            let number = UInt32(String(text.dropFirst()), radix: 16)
        else { return nil }
        red = Double(number >> 16 & 0xFF) / 255
        green = Double(number >> 8 & 0xFF) / 255
        blue = Double(number & 0xFF) / 255
    }

    private init(red: Double, green: Double, blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// The values the layout uses: `brand.accent`, `brand.accent_on_dark` and `brand.button`, `brand.button_text`.
    ///
    /// `accent` is readable on the letter's light paper and `accent_on_dark` on its dark one; `button` is the colour as
    /// chosen.
    package var values: TemplateValues {
        [
            "brand.accent": .text(moved(toward: Self.black, until: 4.5, against: Self.paper).hex),
            "brand.accent_on_dark": .text(moved(toward: Self.white, until: 4.5, against: Self.night).hex),
            "brand.button": .text(hex),
            "brand.button_text": .text(contrast(with: Self.white) >= 4.5 ? Self.white.hex : Self.black.hex),
        ]
    }

    /// WCAG contrast ratio, 1 to 21.
    package func contrast(with other: BrandColor) -> Double {
        let (lighter, darker) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)
    }

    /// `#rrggbb` in lower case.
    package var hex: String {
        "#"
            + [red, green, blue].map { part in
                let digits = String(Int((part * 255).rounded()), radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
    }

    private static let white = BrandColor(red: 1, green: 1, blue: 1)
    private static let black = BrandColor(red: 0, green: 0, blue: 0)
    /// The ground of the light letter and the panel of the dark one: of all it stands on, those with the least
    /// contrast.
    private static let paper = BrandColor(red: 0.953, green: 0.945, blue: 0.925)
    private static let night = BrandColor(red: 0.173, green: 0.180, blue: 0.196)

    private var luminance: Double {
        func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    private func moved(toward end: BrandColor, until ratio: Double, against ground: BrandColor) -> BrandColor {
        for step in 0...20 {
            let share = Double(step) / 20
            // Rounded as it will be printed: a colour that passes only before rounding does not pass.
            func part(_ from: Double, _ to: Double) -> Double { ((from + (to - from) * share) * 255).rounded() / 255 }
            let mixed = BrandColor(red: part(red, end.red), green: part(green, end.green), blue: part(blue, end.blue))
            if mixed.contrast(with: ground) >= ratio { return mixed }
        }
        return end
    }
}
