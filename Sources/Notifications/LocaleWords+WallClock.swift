import Rendering

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
