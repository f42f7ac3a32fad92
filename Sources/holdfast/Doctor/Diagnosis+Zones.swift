import Rendering

extension Diagnosis {
    /// What the time zones that people have mean for their letters.
    ///
    /// - Parameters:
    ///   - zones: those in use, and whether the server knows them.
    ///   - isOnHost: whether this host knows one; nil when it has no time zone database.
    ///   - words: what letters call them, for each language.
    static func zones(
        _ zones: [(zone: String, isKnown: Bool)], isOnHost: (String) -> Bool?, words: [LocaleWords]
    ) -> Diagnosis {
        let check = "time zones"
        let unknown = zones.filter { !$0.isKnown }.map(\.zone)
        guard unknown.isEmpty else {
            return .fail(
                check, "the server does not know \(counted(unknown.count, "zone")) that people have", unknown,
                mend: "update PostgreSQL's time zone data, or correct the rows: nobody there can be written to")
        }
        guard zones.allSatisfy({ isOnHost($0.zone) != nil }) else {
            return .warn(check, "this host has no time zone database", mend: "install tzdata, or set TZDIR")
        }
        let strange = zones.map(\.zone).filter { isOnHost($0) == false }
        guard strange.isEmpty else {
            return .warn(
                check, "this host does not know \(counted(strange.count, "zone")) that the server knows", strange,
                mend: "update tzdata here: the two may disagree on summer time too")
        }
        // 'Etc/GMT+5' is five hours behind UTC: called after its identifier it says the opposite.
        let misleading = zones.map(\.zone).filter { zone in
            zone.hasPrefix("Etc/") && !words.allSatisfy { $0.hasName(ofZone: zone) }
        }
        guard misleading.isEmpty else {
            return .warn(
                check, "letters have no name for \(counted(misleading.count, "zone"))", misleading,
                mend: "give people a region's zone, as Europe/Berlin, or name it under zones in Templates/_locales")
        }
        return .ok(check, "\(counted(zones.count, "zone")) in use, known to the server and to this host")
    }
}
