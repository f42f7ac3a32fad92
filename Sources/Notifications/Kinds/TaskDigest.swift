import BookingLinks
import Rendering

extension Kind {
    /// To a client, at most once a day: what they have yet to do.
    ///
    /// Tasks are named by what is to be done, never by the form's title, which may name a condition.
    static let taskDigest = Kind(
        "task.digest", about: \.client, links: [.task, .pref], isOptional: true,
        names: TemplateNames(texts: ["client.name", "tasks.count"], moments: ["until"], flags: ["tasks.several"])
            .merging(["tasks.list": .list(["title": .text])]),
        judge: { .send(unless: [.clientInactive: !$0.isActive, .noOpenTask: $0.openTasks.isEmpty]) },
        values: { client, _, words in
            let titles = client.openTasks.compactMap(LocaleWords.Task.init(rawValue:)).map(words.title(of:))
            let tasks: TemplateValues = [
                "tasks.count": .text(String(titles.count)), "tasks.several": .flag(titles.count > 1),
                "tasks.list": .list(titles.map { ["title": .text($0)] }),
            ]
            return tasks.merging(client.linkValues(words))
        })

    /// To a client: a survey waits in the portal.
    static let surveyRequest = Kind(
        "survey.request", about: \.client, links: [.task, .pref], isOptional: true,
        names: TemplateNames(texts: ["client.name"], moments: ["until"]),
        judge: { .send(unless: [.clientInactive: !$0.isActive]) },
        values: { client, _, words in client.linkValues(words) })
}

extension ClientFacts {
    /// Whose link it is, and until when it works.
    func linkValues(_ words: LocaleWords) -> TemplateValues {
        let name: TemplateValues = ["client.name": .text(subject.recipient.name)]
        return name.merging(words.values(for: linkEnd, under: "until"))
    }
}
