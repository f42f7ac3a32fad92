import Rendering

extension Kind {
    /// To a client or a provider: something about their account that they should hear of even if it was somebody else's
    /// doing.
    ///
    /// No preference and no later change ends it. An address at which nothing may arrive (`holdfast.suppression`, class
    /// `all`) is not written to even so: a dead mailbox tells nobody, and a complaint binds every letter.
    static let securityNotice = Kind(
        "security.notice", about: \.account, outlivesChange: true,
        names: TemplateNames(
            texts: ["reader.name"], moments: ["when"],
            flags: [
                "reader.is_client", "event.address", "event.to_old", "event.login", "event.two_step_on",
                "event.two_step_off",
            ]),
        judge: { _ in .send },
        values: { account, _, words in
            let event = account.event
            let own: TemplateValues = [
                "reader.name": .text(account.subject.recipient.name), "reader.is_client": .flag(account.isClient),
                "event.address": .flag(event == .addressToOld || event == .addressToNew),
                "event.to_old": .flag(event == .addressToOld), "event.login": .flag(event == .login),
                "event.two_step_on": .flag(event == .twoStepOn), "event.two_step_off": .flag(event == .twoStepOff),
            ]
            return own.merging(words.values(for: account.happened, under: "when"))
        })
}
