import Rendering

extension Kind {
    /// To whoever has not read a secure message after a quarter of an hour: that there is one, and nothing of it.
    static let messageNew = Kind(
        "message.new", about: \.messageThread, outlivesChange: true,
        names: TemplateNames(texts: ["reader.name"], flags: ["reader.is_client"]),
        judge: { .send(unless: [.readMeanwhile: !$0.isUnread]) },
        values: { thread, _, _ in
            [
                "reader.name": .text(thread.subject.recipient.name), "reader.is_client": .flag(thread.isToClient),
            ]
        })
}
