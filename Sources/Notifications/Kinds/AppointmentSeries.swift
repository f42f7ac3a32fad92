import Rendering

extension Kind {
    /// To client and provider: a series of appointments, with the list of its times as it stands now.
    ///
    /// One letter for a change, however many times it touches. Without a calendar part: a calendar's entry for a series
    /// that crosses a change of clocks needs a rule of its own, and each of the times may move by itself.
    static let appointmentSeries = Kind(
        "appointment.series", about: \.series,
        names: TemplateNames(
            texts: ["reader.name", "provider.name", "visitor.first_name"],
            flags: ["reader.is_client", "change.moved", "series.stands"]
        ).merging(["series.list": .list(["time": .text, "place": .text])]),
        judge: { series in
            .send(unless: [
                .noticesOff: !series.isToClient && !series.wantsNotices, .alreadyTold: series.told == .same,
                .nothingTold: series.visits.isEmpty && series.told == .nothing,
            ])
        },
        values: { series, _, words in
            [
                "reader.name": .text(series.subject.recipient.name), "reader.is_client": .flag(series.isToClient),
                "provider.name": .text(series.providerName),
                "visitor.first_name": .text(firstName(of: series.visitorName) ?? ""),
                "change.moved": .flag(series.told != .nothing), "series.stands": .flag(!series.visits.isEmpty),
                "series.list": .list(
                    series.visits.map {
                        [
                            "time": .text(words.moment($0.starts.time)),
                            "place": .text(words.place($0.place, text: $0.placeText)),
                        ]
                    }),
            ]
        })
}

extension LocaleWords {
    /// `Monday, March 8, 2027, 10:00 AM, Pacific Time (UTC−8)`.
    fileprivate func moment(_ time: LocalTime) -> String {
        [date(time), self.time(time), zone(time)].joined(separator: ", ")
    }
}
