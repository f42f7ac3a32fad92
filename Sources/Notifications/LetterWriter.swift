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
    ///
    /// Its words are those of the kind that fits what the reader was told before. With `test` it is the same letter
    /// marked as a test, and goes there.
    package func write(_ kind: Kind, for claim: Claim, as test: TestCopy? = nil) throws(LetterError) -> Letter {
        guard let recipient = claim.facts.subject?.recipient else {
            throw .ours(MalformedFact("the claim has no subject"))
        }
        let to: Mailbox
        do {
            let address = if let test { test.recipient } else { try EmailAddress(recipient.address) }
            to = try Mailbox(name: recipient.name, address: address)
        } catch {
            throw .recipient(error)
        }
        guard claim.links.allSatisfy({ $0.keyID == signer.keyID.description }) else { throw .keyRetired }
        do {
            return try letter(kind.wording(of: claim.facts), for: claim, to: to, locale: recipient.locale, test)
        } catch {
            throw .ours(error)
        }
    }

    private func letter(
        _ kind: Kind, for claim: Claim, to: Mailbox, locale: String, _ test: TestCopy?
    ) throws -> Letter {
        let words = try templates.words(kind: kind.name, locale: locale)
        let addresses = try addresses(kind, in: claim)
        var values = kind.values(claim, words).merging(practiceValues)
        values["rebook.url"] = .text(practice.rebookURL(slug: claim.facts.bookingSlug))
        for (purpose, address) in addresses { values[kind.linkName(purpose)] = .text(address) }
        var rendered = try templates.render(kind: kind.name, locale: locale, values: values)
        rendered = test?.marked(rendered) ?? rendered
        let event = kind.calendar(claim.facts)?.event(
            from: practice, to: to.address, summary: test?.marked(words.calendarSummary) ?? words.calendarSummary,
            datedAt: claim.job.datedAt)
        let message = Message(
            uuid: test?.messageUUID ?? claim.job.messageUUID, date: test?.date ?? claim.job.datedAt,
            from: practice.from, replyTo: practice.replyTo,
            to: to, subject: rendered.subject, language: rendered.locale,
            extraFields: kind.isOptional ? try Self.wayOut(addresses[.pref]) : [],
            body: try Self.body(rendered, event))
        return Letter(
            bounceAddress: practice.bounceAddress, recipient: to.address, message: try message.composed(),
            askedLocale: locale, locale: rendered.locale)
    }

    /// The address of each link of the kind that works: the template says which of them it cannot do without.
    private func addresses(_ kind: Kind, in claim: Claim) throws -> [LinkPurpose: String] {
        var addresses: [LinkPurpose: String] = [:]
        for link in claim.usableLinks where (kind.links + kind.optionalLinks).contains(link.purpose) {
            let token = try signer.token(
                purpose: link.purpose, subject: link.subjectID, jti: link.jti, generation: link.generation,
                issuedAt: link.issuedAt, expiresAt: link.expiresAt)
            addresses[link.purpose] = try base.url(purpose: link.purpose, token: token)
        }
        return addresses
    }

    private static func body(_ rendered: RenderedLetter, _ event: CalendarEvent?) throws(MailError) -> MIMEPart {
        guard let event else { return try .alternative(text: rendered.text, html: rendered.html) }
        return try .invitation(text: rendered.text, html: rendered.html, event: event)
    }

    /// What lets a mail program offer to end such letters: RFC 2369 section 3.2, and with one click RFC 8058.
    ///
    /// RFC 8058 section 3.1 wants an https address; a link base on this host may have another.
    private static func wayOut(_ address: String?) throws -> [HeaderField] {
        guard let address else { throw MalformedFact("no link to end letters of this kind was issued") }
        var fields = [try HeaderField.structured("List-Unsubscribe", "<\(address)>")]
        if address.hasPrefix("https://") {
            fields.append(try .structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        }
        return fields
    }
}
