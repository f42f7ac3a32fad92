/// What stays and what is replaced between two sequences of lines or words, compared to the octet.
struct EditScript {
    /// A stretch of the two sequences.
    enum Step: Equatable {
        /// In both.
        case same(Substring)
        /// The first stood where the second stands now; one of them may be nothing.
        case replaced([Substring], by: [Substring])
    }

    /// The steps in order.
    private(set) var steps: [Step] = []

    /// Finds a shortest script, or, where more than `limit` elements lie between the equal ends, one that replaces
    /// them all: the time of the search grows with the square of the differences.
    init(from old: [Substring], to new: [Substring], limit: Int) {
        let start = zip(old, new).prefix { Self.areSame($0, $1) }.count
        let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed()).prefix { Self.areSame($0, $1) }
            .count
        steps = old.prefix(start).map(Step.same)
        replace(old[start..<(old.count - end)], by: new[start..<(new.count - end)], limit: limit)
        steps += old.suffix(end).map(Step.same)
    }

    private mutating func replace(_ old: ArraySlice<Substring>, by new: ArraySlice<Substring>, limit: Int) {
        guard old.count + new.count <= limit else { return steps.append(.replaced(Array(old), by: Array(new))) }
        let (old, new) = (Array(old), Array(new))
        let difference = new.difference(from: old, by: Self.areSame)
        let removed = Set(difference.removals.map(\.offset))
        let added = Set(difference.insertions.map(\.offset))
        var (here, there) = (0, 0)
        while here < old.count || there < new.count {
            let (gone, come) = (here, there)
            while removed.contains(here) { here += 1 }
            while added.contains(there) { there += 1 }
            if here > gone || there > come {
                steps.append(.replaced(Array(old[gone..<here]), by: Array(new[come..<there])))
            } else {
                steps.append(.same(old[here]))
                (here, there) = (here + 1, there + 1)
            }
        }
    }

    /// Strings that only look the same are different texts.
    private static func areSame(_ one: Substring, _ other: Substring) -> Bool { one.utf8.elementsEqual(other.utf8) }
}

extension CollectionDifference.Change {
    /// The position in the sequence it is removed from or inserted into.
    fileprivate var offset: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
