import BookingLinks
import Rendering

// Asking a client how they are, and the end of it, which their provider decides. Nobody can opt out of these letters by
// a preference: until the provider has agreed, a client is asked.

extension Kind {
    /// To a client: it is time to say how they are.
    static let checkinDue = Kind(
        "checkin.due", about: \.client, links: [.task], outlivesChange: true,
        names: TemplateNames(texts: ["client.name"], moments: ["until"]),
        judge: { .send(unless: [.clientInactive: !$0.isActive, .checkinsOff: $0.checkIns == .off]) },
        values: { client, _, words in client.linkValues(words) })

    /// To the provider: a client asks not to be asked any more, which is for the provider to decide, in the portal.
    static let checkinOptoutRequested = Kind(
        "checkin.optout_requested", about: \.client, outlivesChange: true,
        names: TemplateNames(texts: ["provider.name", "visitor.first_name"]),
        judge: { client in
            .send(unless: [
                .stateMoved: client.checkIns != .offRequested, .subjectGone: firstName(of: client.name) == nil,
            ])
        },
        values: { client, _, _ in
            [
                "provider.name": .text(client.subject.recipient.name),
                "visitor.first_name": .text(firstName(of: client.name) ?? ""),
            ]
        })

    /// To the client: what the provider has decided, unless that was changed again meanwhile.
    static let checkinOptoutDecided = Kind(
        "checkin.optout_decided", about: \.client, outlivesChange: true,
        names: TemplateNames(texts: ["client.name"], flags: ["decision.approved"]),
        judge: { .send(unless: [.stateMoved: $0.checkIns == ($0.isApproved ? .on : .off)]) },
        values: { client, _, _ in
            [
                "client.name": .text(client.subject.recipient.name), "decision.approved": .flag(client.isApproved),
            ]
        })
}
