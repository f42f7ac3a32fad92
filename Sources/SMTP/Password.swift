/// The password of a relay account, or another secret such as that of an OAuth client.
package struct Password: Sendable, Redacted {
    let text: String

    /// Wraps a password as read from its file, already without the file's final line break.
    package init(_ text: String) { self.text = text }
}
