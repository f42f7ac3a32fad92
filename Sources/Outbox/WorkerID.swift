package import FoundationEssentials

/// The name of one running worker: fresh for every start, never a host's name, which a second process could share.
package struct WorkerID: Hashable, Sendable {
    /// The key in `holdfast.worker`.
    package let rawValue: UUID

    /// A name that was written down.
    package init(rawValue: UUID) {
        self.rawValue = rawValue
    }

    /// A name nobody had before.
    package init() {
        rawValue = UUID()
    }
}
