import FoundationEssentials

/// Where the site is read from, and how: called again whenever something has changed on disk.
///
/// The closures block for as long as reading takes, and are called one at a time.
package struct SiteSource: Sendable {
    /// The template folder.
    package let templates: String
    /// The Maildir; nil for none.
    package let maildir: String?
    private let gallery: @Sendable () -> Gallery
    private let inbox: @Sendable () throws -> [InboxLetter]?
    private let site: @Sendable (Gallery, [InboxLetter]?) -> Site

    /// Says how the gallery and the inbox are read, and how the site is made of them.
    package init(
        templates: String, maildir: String?, gallery: @escaping @Sendable () -> Gallery,
        inbox: @escaping @Sendable () throws -> [InboxLetter]?,
        site: @escaping @Sendable (Gallery, [InboxLetter]?) -> Site
    ) {
        self.templates = templates
        self.maildir = maildir
        self.gallery = gallery
        self.inbox = inbox
        self.site = site
    }

    /// Everything as it was read at one time.
    struct Reading: Sendable {
        /// The gallery, with what the rules found.
        var gallery: Gallery
        /// The inbox; nil for none.
        var inbox: [InboxLetter]?
    }

    /// Reads the gallery, and what is wrong with it.
    ///
    /// - Parameter last: the one before; its letters stand in for those that cannot be written now, and what is the
    ///   same in it is not judged again.
    func readGallery(after last: Gallery? = nil) -> Gallery {
        let now = gallery()
        return (last.map(now.keeping) ?? now).checked(after: last)
    }

    /// Reads the inbox; throws why it cannot be read.
    func readInbox() throws -> [InboxLetter]? { try inbox() }

    /// The site of a reading.
    func site(of reading: Reading) -> Site { site(reading.gallery, reading.inbox) }
}
