/// The password of a relay account; nothing that prints, dumps or interpolates it shows more than `<redacted>`.
package struct Password: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: String

    /// Wraps a password as read from its file, already without the file's final line break.
    package init(_ text: String) { self.text = text }

    /// Always `<redacted>`.
    package var description: String { "<redacted>" }
    /// Always `<redacted>`.
    package var debugDescription: String { "<redacted>" }
    /// No children, so that `dump` and error reporters find nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
