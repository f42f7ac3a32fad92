import Rendering

extension TemplateNames {
    /// Names by what they are: words, the four of each moment, yes or no.
    init(texts: [String], moments: [String] = [], flags: [String] = []) {
        let parts = moments.flatMap { group in ["day", "date", "time", "zone"].map { "\(group).\($0)" } }
        let uses = (texts + parts).map { ($0, Use.text) } + flags.map { ($0, Use.flag) }
        self.init(Dictionary(uniqueKeysWithValues: uses))
    }
}

extension LocaleWords {
    /// The four names a moment has in templates, `<group>.day`, `.date`, `.time` and `.zone`; none without a moment.
    func values(for moment: WallClock?, under group: String) -> TemplateValues {
        guard let moment else { return [:] }
        var values: TemplateValues = [:]
        values["\(group).day"] = .text(day(moment.time))
        values["\(group).date"] = .text(date(moment.time))
        values["\(group).time"] = .text(time(moment.time))
        values["\(group).zone"] = .text(zone(moment.time))
        return values
    }
}
