package import BookingLinks
import Mail
package import Rendering

/// Writes letters: signs the links, renders the template, composes the message.
///
/// Pure and shared: nothing in it changes, and any number of couriers write with one writer at once.
package struct LetterWriter: Sendable {
    private let templates: TemplateSet
    private let signer: LinkSigner
    private let base: LinkBase
    private let practice: Practice
    private let practiceValues: TemplateValues

    /// A writer for one practice.
    package init(templates: TemplateSet, signer: LinkSigner, base: LinkBase, practice: Practice) {
        self.templates = templates
        self.signer = signer
        self.base = base
        self.practice = practice
        practiceValues = practice.templateValues
    }

    /// Writes the letter a claim asks for, once the kind has decided that it is to be sent.
    package func write(_ kind: Kind, for claim: Claim) throws(LetterError) -> Letter {
        guard let recipient = claim.facts.subject?.recipient else {
            throw .ours(MalformedFact("the claim has no subject"))
        }
        let to: Mailbox
        do {
            to = try Mailbox(name: recipient.name, address: EmailAddress(recipient.address))
        } catch {
            throw .recipient(error)
        }
        guard claim.links.allSatisfy({ $0.keyID == signer.keyID.description }) else { throw .keyRetired }
        do {
            let rendered = try render(kind, for: claim, locale: recipient.locale)
            let message = Message(
                uuid: claim.job.messageUUID, date: claim.job.datedAt, from: practice.from, replyTo: practice.replyTo,
                to: to,
                subject: rendered.subject, language: rendered.locale,
                body: try .alternative(text: rendered.text, html: rendered.html))
            return Letter(bounceAddress: practice.bounceAddress, recipient: to.address, message: try message.composed())
        } catch {
            throw .ours(error)
        }
    }

    private func render(_ kind: Kind, for claim: Claim, locale: String) throws -> RenderedLetter {
        let words = try templates.words(kind: kind.name, locale: locale)
        var values = kind.values(claim.facts, words).merging(practiceValues)
        for link in claim.links where kind.links.contains(link.purpose) {
            let token = try signer.token(
                purpose: link.purpose, subject: link.subjectID, jti: link.jti, generation: link.generation,
                issuedAt: link.issuedAt,
                expiresAt: link.expiresAt)
            values[kind.linkName(link.purpose)] = .text(try base.url(purpose: link.purpose, token: token))
        }
        return try templates.render(kind: kind.name, locale: locale, values: values)
    }
}
