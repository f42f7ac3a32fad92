/// Where the site is read from, and how: asked again whenever something has changed on disk.
///
/// The closures block for as long as reading takes, and are called one at a time.
package struct SiteSource: Sendable {
    /// The template folder.
    let templates: String
    /// The Maildir; nil for none.
    let maildir: String?
    let gallery: @Sendable (inout WrittenKinds) -> Gallery
    let inbox: @Sendable (_ earlier: [InboxLetter]) throws -> [InboxLetter]?
    let site: @Sendable (Gallery, [InboxLetter]?) -> Site

    /// Says how the site is read.
    ///
    /// - Parameters:
    ///   - templates: the folder that is watched for the gallery.
    ///   - maildir: the folder that is watched for the inbox; nil for none.
    ///   - gallery: reads the gallery; it is judged later. Gets what is known of the kinds that have not changed.
    ///   - inbox: reads the inbox, nil for none; gets what was read before; throws why the Maildir cannot be read.
    ///   - site: makes the site of both.
    package init(
        templates: String, maildir: String?, gallery: @escaping @Sendable (inout WrittenKinds) -> Gallery,
        inbox: @escaping @Sendable (_ earlier: [InboxLetter]) throws -> [InboxLetter]?,
        site: @escaping @Sendable (Gallery, [InboxLetter]?) -> Site
    ) {
        self.templates = templates
        self.maildir = maildir
        self.gallery = gallery
        self.inbox = inbox
        self.site = site
    }
}
