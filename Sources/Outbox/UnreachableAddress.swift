/// An address that could not be reached, on its way to `holdfast.suppression`.
///
/// Personal data: printing, interpolating or dumping it shows nothing.
package struct UnreachableAddress: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// What was proved about it.
    package enum Ground: Sendable {
        /// It does not exist: it is suppressed at once.
        case dead
        /// Its mailbox is full: it is suppressed when that was so three times within 14 days.
        case full
    }

    /// The address as the facts had it.
    let text: String
    /// What was proved about it.
    package let ground: Ground

    /// An address as the facts had it, and what was proved about it.
    package init(_ text: String, _ ground: Ground) {
        self.text = text
        self.ground = ground
    }

    /// The name of the type and the ground, nothing of the address.
    package var description: String { "UnreachableAddress(redacted, \(ground))" }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
