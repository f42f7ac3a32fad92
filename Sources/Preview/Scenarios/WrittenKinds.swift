import Notifications

/// What was written of each kind, so that whoever watches a folder writes only the kinds whose files have changed.
package struct WrittenKinds: Sendable {
    private var kinds: [String: (specimens: [Specimen], findings: [Finding])] = [:]

    /// Knows nothing.
    package init() {}

    /// Forgets the kinds that files of the template folder belong to; all of them for a file that any may use.
    ///
    /// - Parameter files: those that have changed, by their paths in the folder.
    package mutating func forget(_ files: [String]) {
        for file in files {
            let folder = String(file.prefix { $0 != "/" })
            if folder.hasPrefix("_") { kinds = [:] } else { kinds[folder] = nil }
        }
    }

    func knows(_ kind: Kind) -> Bool { kinds[kind.name] != nil }

    mutating func learn(_ kind: Kind, _ specimens: [Specimen], _ findings: [Finding]) {
        kinds[kind.name] = (specimens, findings)
    }

    /// The letters and findings of these kinds.
    func all(of names: [String]) -> (specimens: [Specimen], findings: [Finding]) {
        let known = names.compactMap { kinds[$0] }
        return (known.flatMap(\.specimens), known.flatMap(\.findings))
    }
}
