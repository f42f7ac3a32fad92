import Rendering

extension TemplateNames {
    /// Names by what they are: words, the four of each moment, yes or no.
    init(texts: [String], moments: [String] = [], flags: [String] = []) {
        let parts = moments.flatMap { group in ["day", "date", "time", "zone"].map { "\(group).\($0)" } }
        let uses = (texts + parts).map { ($0, Use.text) } + flags.map { ($0, Use.flag) }
        self.init(Dictionary(uniqueKeysWithValues: uses))
    }
}
