/// An address that prints as its first letter and its domain: `z…@example.org`.
///
/// An operator sees the whole of it only where the audit says so.
package struct MaskedAddress: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The address itself: for those whose wish to see it was recorded.
    package let unmasked: String

    /// Masks an address.
    package init(_ address: String) {
        unmasked = address
    }

    /// The first letter and the domain; of anything that is no address nothing at all.
    package var description: String {
        guard let at = unmasked.lastIndex(of: "@"), at > unmasked.startIndex else { return "…" }
        return "\(unmasked.prefix(1))…\(unmasked[at...])"
    }

    /// The same.
    package var debugDescription: String { description }

    /// Nothing behind the mask.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
