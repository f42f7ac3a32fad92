/// A value that never shows its content when it is printed, interpolated, dumped or logged.
///
/// All three doors are closed: `description`, `debugDescription` and the mirror behind `dump`, which is also what a
/// type that merely contains the value prints.
package protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// The name of the type and nothing of its content.
    package var description: String { "\(Self.self)(redacted)" }

    /// The name of the type and nothing of its content.
    package var debugDescription: String { description }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
