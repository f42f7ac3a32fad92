import Rendering

extension Kind {
    /// To a provider: a letter about one of their times did not arrive, so they had better reach the person another
    /// way.
    ///
    /// It is wanted whatever became of the time meanwhile, and also by a provider who has turned notices off. The
    /// person is named by the first word of their name, and by nothing else.
    static let providerBounce = Kind(
        name: "provider.bounce",
        links: [],
        names: [
            "provider.name": .text, "visitor.first_name": .text,
            "when.day": .text, "when.date": .text, "when.time": .text, "when.zone": .text,
        ],
        judge: { facts in
            guard case .reservation(let reservation) = facts, reservation.visitorFirstName != nil else {
                return .suppress(.subjectGone)
            }
            return .send
        },
        values: { facts, words in
            guard case .reservation(let reservation) = facts, let name = reservation.visitorFirstName else {
                return [:]
            }
            let own: TemplateValues = [
                "provider.name": .text(reservation.providerName), "visitor.first_name": .text(name),
            ]
            return own.merging(words.values(for: reservation.starts, under: "when"))
        })
}

extension ReservationFacts {
    /// As much of the name as a letter to the provider may say.
    fileprivate var visitorFirstName: String? {
        visitorName?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
