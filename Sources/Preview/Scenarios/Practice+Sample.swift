import Mail
package import Notifications
import Rendering

extension Practice {
    /// A practice that exists nowhere, with everything set that a practice may set, so that no part of a letter hides.
    ///
    /// - Throws: `MailError` if one of its own addresses were malformed.
    package static func sample() throws -> Practice {
        guard let accent = BrandColor("#1f5f5b") else { throw MalformedFact("the sample's accent is no colour") }
        return Practice(
            from: try Mailbox(name: "Harbour Practice", address: EmailAddress("bookings@example.org")),
            replyTo: try Mailbox(name: "Harbour Practice", address: EmailAddress("hello@example.org")),
            bounceAddress: try EmailAddress("bounces@example.org"), brandName: "Harbour Practice", accent: accent,
            portalURL: "https://portal.example.org", supportURL: "https://www.example.org/help",
            directoryURL: "https://www.example.org/providers", crisisLine: "555-0100 (24/7)",
            welcomeURL: "https://www.example.org/welcome")
    }
}
