import BookingLinks
import Rendering

extension Kind {
    /// To a client whose portal is not active yet: why, with which address, and the link that activates it.
    static let portalActivate = Kind(
        "portal.activate", about: \.signupTask, links: [.act],
        names: TemplateNames(texts: ["client.name", "client.email"], moments: ["until"]),
        judge: { task in
            .send(unless: [
                .alreadyActivated: task.isActivated, .stateMoved: task.state != "open" || task.isArchived,
                .stateMoved: !["pending", "confirmed", nil].contains(task.reservationState),
            ])
        },
        values: { task, _, words in
            let own: TemplateValues = [
                "client.name": .text(task.subject.recipient.name),
                "client.email": .text(task.subject.recipient.address),
            ]
            return own.merging(words.values(for: task.deadline, under: "until"))
        })
}
