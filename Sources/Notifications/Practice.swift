package import Mail
package import Rendering

/// Who the letters are from and where readers are sent: the practice's settings, the same in every letter.
package struct Practice: Sendable {
    /// The author of every letter; its domain names the messages.
    package let from: Mailbox
    /// Where answers go, if not to the author: a mailbox somebody reads.
    package let replyTo: Mailbox?
    /// The envelope's sender, to which relays report bounces.
    package let bounceAddress: EmailAddress
    /// The practice's name, as readers know it.
    package let brandName: String
    /// The one colour of the letters.
    package let accent: BrandColor
    /// The client portal's home, which a reader can type instead of clicking.
    package let portalURL: String
    /// Where a reader asks for help.
    package let supportURL: String

    /// Takes settings that were checked before.
    package init(
        from: Mailbox, replyTo: Mailbox?, bounceAddress: EmailAddress, brandName: String, accent: BrandColor,
        portalURL: String, supportURL: String
    ) {
        self.from = from
        self.replyTo = replyTo
        self.bounceAddress = bounceAddress
        self.brandName = brandName
        self.accent = accent
        self.portalURL = portalURL
        self.supportURL = supportURL
    }

    /// The names every template may use, whatever its kind.
    static let templateNames: TemplateNames = [
        "brand.name": .text, "brand.accent": .color, "brand.accent_on_dark": .color, "brand.button": .color,
        "brand.button_text": .color, "portal.url": .url, "support.url": .url,
    ]

    /// What those names stand for.
    var templateValues: TemplateValues {
        accent.values.merging([
            "brand.name": .text(brandName), "portal.url": .text(portalURL), "support.url": .text(supportURL),
        ])
    }
}
