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
    /// Under which the providers' booking pages are, each by its slug; nil when they are known to nobody but the portal.
    package let directoryURL: String?
    /// Where somebody in a crisis turns, in a sentence; nil when the letters do not say.
    package let crisisLine: String?
    /// Short introductions for new clients; nil when there are none.
    package let welcomeURL: String?

    /// Takes settings that were checked before.
    package init(
        from: Mailbox, replyTo: Mailbox?, bounceAddress: EmailAddress, brandName: String, accent: BrandColor,
        portalURL: String, supportURL: String, directoryURL: String? = nil, crisisLine: String? = nil,
        welcomeURL: String? = nil
    ) {
        self.from = from
        self.replyTo = replyTo
        self.bounceAddress = bounceAddress
        self.brandName = brandName
        self.accent = accent
        self.portalURL = portalURL
        self.supportURL = supportURL
        self.directoryURL = directoryURL
        self.crisisLine = crisisLine
        self.welcomeURL = welcomeURL
    }

    /// Where a reader picks another time: the provider's booking page, or the portal's home where that is not known.
    func rebookURL(slug: String?) -> String {
        guard let directoryURL, let slug else { return directoryURL ?? portalURL }
        return directoryURL.hasSuffix("/") ? directoryURL + slug : "\(directoryURL)/\(slug)"
    }

    /// The names every template may use, whatever its kind.
    ///
    /// `rebook.url` is the only one that depends on the letter's provider.
    static let templateNames: TemplateNames = [
        "brand.name": .text, "brand.accent": .color, "brand.accent_on_dark": .color, "brand.button": .color,
        "brand.button_text": .color, "portal.url": .url, "support.url": .url, "rebook.url": .url,
        "crisis.line": .text, "crisis.shown": .flag, "welcome.url": .url, "welcome.shown": .flag,
    ]

    /// What those names stand for; a line or an address that is not set has no value, only a flag that says so.
    var templateValues: TemplateValues {
        var values = accent.values.merging([
            "brand.name": .text(brandName), "portal.url": .text(portalURL), "support.url": .text(supportURL),
            "crisis.shown": .flag(crisisLine != nil), "welcome.shown": .flag(welcomeURL != nil),
        ])
        values["crisis.line"] = crisisLine.map(TemplateValue.text)
        values["welcome.url"] = welcomeURL.map(TemplateValue.text)
        return values
    }
}
