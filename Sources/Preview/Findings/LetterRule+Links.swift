import BookingLinks
import Mail

extension LetterRule {
    /// Where a letter leads.
    static let ofLinks = [linksDiffer, linkInsecure, linkWithoutWords, linkLost, linkInCalendar]

    /// An address in somebody's name is not the letter's, though programs make a link of it.
    private static let linksDiffer = LetterRule("links-differ") { letter in
        letter.links.compactMap { link in
            switch (link.isInHTML, link.isInText) {
            case (true, false):
                .error("Only the HTML leads to \(link.shortened): write the address into the plain text too.")
            case (false, true) where !letter.names.contains { $0.contains(link.url) }:
                .error("Only the plain text leads to \(link.shortened): link to it in the HTML too.")
            case (true, true), (false, _): nil
            }
        }
    }

    /// A link on this host is one of a developer's installation.
    private static let linkInsecure = LetterRule("link-insecure") { letter in
        letter.links.compactMap { link in
            if ["https://", "mailto:", "tel:"].contains(where: link.url.hasPrefix) { return nil }
            let host = link.url.dropFirst("http://".count).prefix { !"/?#".contains($0) }
            let isLocal = ["localhost", "127.0.0.1", "[::1]"].contains { host == $0 || host.hasPrefix("\($0):") }
            return isLocal && link.url.hasPrefix("http://")
                ? nil : .error("\(link.shortened) is no https address: anybody on the way can read it.")
        }
    }

    private static let linkWithoutWords = LetterRule("link-without-words") { letter in
        letter.links.filter { $0.isInHTML && ($0.label ?? "").allSatisfy(\.isWhitespace) }.map { link in
            .error(
                "The link to \(link.shortened) has no words: screen readers spell out the address; say where it leads.")
        }
    }

    /// A letter whose link is lost asks its reader for what they cannot do.
    private static let linkLost = LetterRule("link-lost") { letter in
        letter.owed.filter { purpose in !letter.links.contains { $0.purpose == purpose } }.map { purpose in
            .error(
                "The link \(purpose.rawValue) was issued for the letter, and it stands nowhere: use link.\(purpose.rawValue)."
            )
        }
    }

    /// Calendars are shared and synced: whoever sees the entry could use the link.
    private static let linkInCalendar = LetterRule("link-in-calendar") { letter in
        (letter.read.calendar ?? []).filter { $0.value.contains("/v4.public.") }.map { line in
            .error("The calendar's \(line.name) holds a booking link: calendars are shared, so name the portal's home.")
        }
    }
}

extension ReadLink {
    /// The address as a sentence shows it: a token is cut, because it differs in every letter.
    fileprivate var shortened: String {
        let open = url.firstRange(of: "v4.public.").map { url[..<$0.lowerBound] } ?? url[...]
        return open.count < url.count || open.count > 80 ? "\(open.prefix(80))…" : url
    }
}
