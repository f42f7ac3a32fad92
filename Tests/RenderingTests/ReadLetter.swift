import Foundation

@testable import Rendering

/// What a reader finds in a rendered letter, taken out again without the renderer's help.
extension RenderedLetter {
    /// The addresses the HTML part leads to.
    var linksInHTML: Set<String> {
        Set(html.components(separatedBy: "href=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) })
    }

    /// The addresses of the plain part; each stands alone on its line.
    var linksInText: Set<String> { Set(lines.filter { $0.hasPrefix("http") }) }

    var lines: [String] { text.components(separatedBy: "\n") }

    /// The plain part without its line breaks and direction marks.
    var prose: String {
        text.replacing("\u{200F}", with: "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The letters of both parts' words in order, without addresses, the text's list marks and direction marks, and
    /// the colon it sets after a label.
    var wordsInHTML: String {
        let body = html.range(of: "<table").map { String(html[$0.lowerBound...]) } ?? ""
        var words = ""
        for piece in body.components(separatedBy: "<") {
            guard let end = piece.firstIndex(of: ">"), !piece.hasPrefix("!--[") else { continue }
            words += " " + piece[piece.index(after: end)...]
        }
        for (entity, sign) in [("&nbsp;", " "), ("&#39;", "'"), ("&quot;", "\""), ("&amp;", "&")] {
            words = words.replacingOccurrences(of: entity, with: sign, options: .literal)
        }
        return Self.letters(words)
    }

    var wordsInText: String {
        Self.letters(lines.map { $0.hasPrefix("  - ") ? String($0.dropFirst(4)) : $0 }.joined(separator: "\n"))
    }

    private static func letters(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).filter { !$0.hasPrefix("http") }
        var scalars = words.joined().unicodeScalars
        scalars.removeAll { $0 == ":" || $0 == "\u{200F}" }
        return String(scalars)
    }
}

extension LocaleWords {
    /// Of all days and times of a year the one whose wording is longest, or shortest.
    func extreme(isLonger: Bool) -> LocalTime? {
        func pick(_ times: [LocalTime?], _ wording: (LocalTime) -> String) -> LocalTime? {
            let times = times.compactMap { $0 }
            return isLonger
                ? times.max { wording($0).count < wording($1).count }
                : times.min { wording($0).count < wording($1).count }
        }
        func time(_ month: Int, _ day: Int, _ weekday: Int, _ hour: Int) -> LocalTime? {
            LocalTime(
                year: 2027, month: month, day: day, weekday: weekday, hour: hour, minute: 59, utcOffset: 20_700,
                zone: "America/Argentina/Buenos_Aires")
        }
        let hour = pick((0...23).map { time(1, 1, 1, $0) }, self.time)?.hour ?? 0
        let month = pick((1...12).map { time($0, 1, 1, hour) }, day)?.month ?? 1
        let weekday = pick((1...7).map { time(month, 1, $0, hour) }, day)?.weekday ?? 1
        return time(month, isLonger ? 30 : 1, weekday, hour)
    }
}
