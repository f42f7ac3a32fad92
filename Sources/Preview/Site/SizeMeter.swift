/// How large a letter is, against what it may be.
struct SizeMeter: Sendable {
    /// Ours: what HTML of a letter may have at most.
    static let budget = 40_000
    /// Gmail cuts the HTML of a letter at about 102 KB and hides the rest behind a link.
    static let clipping = 102_000

    let html: String
    let message: String
    /// The share of the clipping limit that is used, 0 to 100.
    let percent: Int
    let budgetPercent = budget * 100 / clipping
    /// `ok`, `warning` over our budget, `error` where Gmail clips.
    let verdict: String

    init(html: Int, message: Int) {
        self.html = Self.words(html)
        self.message = Self.words(message)
        percent = min(100, html * 100 / Self.clipping)
        verdict = html > Self.clipping ? "error" : html > Self.budget ? "warning" : "ok"
    }

    /// A size for people: bytes up to a thousand, then KB of 1000 with one decimal.
    static func words(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return "\(bytes) B" }
        let tenths = (bytes + 50) / 100
        return "\(tenths / 10).\(tenths % 10) KB"
    }
}
