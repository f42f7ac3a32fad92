/// A secret: nothing that prints, dumps or interpolates it shows more than `<redacted>`.
package protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// Always `<redacted>`.
    package var description: String { "<redacted>" }
    /// Always `<redacted>`.
    package var debugDescription: String { "<redacted>" }
    /// No children, so that `dump` and error reporters find nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
