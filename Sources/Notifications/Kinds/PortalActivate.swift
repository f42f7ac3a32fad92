import BookingLinks
import Rendering

extension Kind {
    /// To a client whose portal is not active yet: why, with which address, and the link that activates it.
    static let portalActivate = Kind(
        name: "portal.activate",
        links: [.act],
        names: [
            "client.name": .text, "client.email": .text,
            "until.day": .text, "until.date": .text, "until.time": .text, "until.zone": .text,
        ],
        judge: { facts in
            guard case .signupTask(let task) = facts else { return .suppress(.subjectGone) }
            if task.isActivated { return .suppress(.alreadyActivated) }
            if task.state != "open" || task.isArchived { return .suppress(.stateMoved) }
            if let reservation = task.reservationState, !["pending", "confirmed"].contains(reservation) {
                return .suppress(.stateMoved)
            }
            return .send
        },
        values: { facts, words in
            guard case .signupTask(let task) = facts, let deadline = task.deadline else { return [:] }
            let own: TemplateValues = [
                "client.name": .text(task.subject.recipient.name),
                "client.email": .text(task.subject.recipient.address),
            ]
            return own.merging(words.values(for: deadline, under: "until"))
        })
}
