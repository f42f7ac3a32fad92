import Mail
import Notifications
import Rendering

extension Practice {
    /// Reads who the letters are from and where readers are sent; nil when something is wrong, which the reader has
    /// noted.
    ///
    /// - Parameter sample: fills in for what is required and not set; and for all the rest where no author is set,
    ///   since then nobody has described a practice yet.
    init?(_ reader: inout SettingsReader, sample: Practice? = nil) {
        let isRequired = sample == nil
        let author = reader.parsed(.from, required: isRequired, Mailbox.init(parsing:))
        let model = author == nil ? sample : nil
        let replyTo = reader.parsed(.replyTo, Mailbox.init(parsing:)) ?? model?.replyTo
        let bounceAddress = reader.parsed(.bounceAddress) { try EmailAddress($0) } ?? model?.bounceAddress
        let accent = reader.parsed(.brandAccent, Self.accent) ?? BrandColor(Setting.brandAccent.fallback ?? "")
        let portal = reader.parsed(.portalURL, required: isRequired, Self.address) ?? sample?.portalURL
        let directory = reader.parsed(.directoryURL, Self.folder) ?? model?.directoryURL
        let support = reader.parsed(.supportURL, required: isRequired, Self.address) ?? sample?.supportURL
        let crisisLine = reader.parsed(.crisisLine, Self.line) ?? model?.crisisLine
        let welcome = reader.parsed(.welcomeURL, Self.address) ?? model?.welcomeURL
        let brandName = reader.parsed(.brandName, Self.line) ?? model?.brandName
        guard let from = author ?? sample?.from, let accent, let portal, let support else { return nil }
        self.init(
            from: from, replyTo: replyTo, bounceAddress: bounceAddress ?? from.address,
            brandName: brandName ?? from.name ?? from.address.domain, accent: accent, portalURL: portal,
            supportURL: support, directoryURL: directory, crisisLine: crisisLine, welcomeURL: welcome)
    }

    private static func accent(_ text: String) throws -> BrandColor {
        guard let color = BrandColor(text) else { throw Unusable("is not a colour such as #1f5f5b") }
        return color
    }

    /// Text for one line of every letter.
    private static func line(_ text: String) throws -> String {
        guard text.count <= 200 else { throw Unusable("is longer than 200 characters; shorten it") }
        let isLine = !text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        guard isLine else { throw Unusable("holds a line break or another control character; remove it") }
        return text
    }

    /// An address to which a path can be added.
    private static func folder(_ text: String) throws -> String {
        let address = try address(text)
        guard !address.contains("?"), !address.contains("#") else {
            throw Unusable("must be without ? and #: a provider's slug is put behind it")
        }
        return address
    }

    private static func address(_ text: String) throws -> String {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
        guard isPlain,
            text.hasPrefix("https://") || text.hasPrefix("http://localhost") || text.hasPrefix("http://127.0.0.1")
        else {
            throw Unusable("must be an https:// address")
        }
        return text
    }
}

extension Mailbox {
    /// Reads `Name <address>`, the name with or without quotes, or an address alone.
    init(parsing text: String) throws {
        let text = text.trimmed
        guard text.contains("<") else {
            self = try Mailbox(address: Self.address(text))
            return
        }
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            throw Unusable("is not of the form Name <address>")
        }
        var name = String(text[..<open]).trimmed
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") { name = String(name.dropFirst().dropLast()) }
        let address = try Self.address(String(text[text.index(after: open)...].dropLast()))
        do {
            self = try Mailbox(name: name, address: address)
        } catch {
            throw Unusable("has a name that cannot stand in a header: \(error)")
        }
    }

    private static func address(_ text: String) throws -> EmailAddress {
        do {
            return try EmailAddress(text)
        } catch {
            throw Unusable("has an address that cannot be used: \(error)")
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
