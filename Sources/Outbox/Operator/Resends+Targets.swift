import FoundationEssentials
import Postgres

/// Which letters an operator means.
extension Resends {
    /// Letters that are meant, before anything was judged.
    package struct Targets: Sendable, Equatable {
        /// Each letter; for a subject those that come into question, the newest first.
        package let groups: [[ResendTarget]]
        /// How many were found in all.
        package let matched: Int
    }

    /// Finds out what a selection means, and changes nothing.
    ///
    /// Throws ``OperatorError/unknown(_:)`` for a number, an id or an address that nothing is known of; a filter that
    /// matches nothing is no error.
    /// - Parameters:
    ///   - most: of letters that ended badly, the most that are returned.
    ///   - requestID: under which a subject may have been written to before: then that letter is meant, whatever came since.
    package func targets(
        of selection: ResendSelection, most: Int = 10_000, requestID: String? = nil
    ) async throws -> Targets {
        switch selection {
        case .job(let id): try await letter(id)
        case .reservation(let id):
            try await newest(about: named(id, ["reservation", "series"]), "reservation", asOne: true, requestID)
        case .task(let id): try await newest(about: named(id, ["signup_task"]), "signup task", asOne: true, requestID)
        case .recipient(let address):
            try await newest(
                about: StorySubject.Name.all(of: address, nil, connection), "recipient", asOne: false, requestID)
        case .failed(let filter): try await failed(filter, most)
        }
    }

    private func letter(_ id: Int64) async throws -> Targets {
        let rows = try await connection.query(Statement("letter_of", SQL.letterOf, [.int8(id)]))
        guard let row = rows.first else {
            throw OperatorError.unknown("there is no job \(id): see 'holdfast find' for what there is")
        }
        return Targets(groups: [[try ResendTarget(row)]], matched: 1)
    }

    /// What has this id, and a time's series with it; nothing for an id that only has to do with one, as a client's has.
    private func named(_ id: UUID, _ kinds: Set<String>) async throws -> [StorySubject.Name] {
        let found = try await StorySubject.Name.all(of: nil, id, connection).filter { kinds.contains($0.kind) }
        guard let named = found.first(where: { $0.id == id }) else { return [] }
        return found.filter { $0.id == id || (named.kind == "reservation" && $0.kind == "series") }
    }

    /// Whoever names one thing has a client on the phone: letters to providers are meant only where there are no others.
    private func newest(
        about subjects: [StorySubject.Name], _ what: String, asOne: Bool, _ requestID: String?
    ) async throws -> Targets {
        guard !subjects.isEmpty else {
            throw OperatorError.unknown("there is no such \(what): see 'holdfast find' for what there is")
        }
        let done = try await resent(under: requestID, about: subjects)
        if asOne, let first = done.first { return Targets(groups: [[first]], matched: 1) }
        let rows = try await connection.query(
            Statement("letters_about", SQL.lettersAbout, subjects.columns + [.int4(1000)]))
        let isDone = Set(done.map(\.subjectID))
        let letters = done + (try rows.map(ResendTarget.init).filter { !isDone.contains($0.subjectID) })
        guard !letters.isEmpty else {
            throw OperatorError.unknown("no letter about this \(what) is due or was tried: there is nothing to resend")
        }
        let ofClients = letters.filter { $0.audience != "provider" }
        guard !asOne else { return Targets(groups: [ofClients.isEmpty ? letters : ofClients], matched: 1) }
        var places: [UUID: Int] = [:]
        var groups: [[ResendTarget]] = []
        for letter in letters {
            let place = places[letter.subjectID] ?? groups.count
            if place == groups.count { groups.append([]) }
            places[letter.subjectID] = place
            groups[place].append(letter)
        }
        return Targets(groups: groups, matched: groups.count)
    }

    /// The first letter about each of these subjects that was sent again under a request.
    private func resent(
        under requestID: String?, about subjects: [StorySubject.Name]
    ) async throws -> [ResendTarget] {
        guard let requestID else { return [] }
        return try await connection.query(
            Statement("resent_under", SQL.resentUnder, [.text(requestID), .uuidArray(subjects.map(\.id))])
        ).map(ResendTarget.init)
    }

    private func failed(_ filter: FailedLetters, _ most: Int) async throws -> Targets {
        let rows = try await connection.query(
            Statement(
                "failed_letters", SQL.failedLetters,
                [
                    .interval(filter.since), .textArray(filter.outcomes.map(\.rawValue)),
                    filter.kinds.isEmpty ? .null : .textArray(filter.kinds),
                    filter.codes.isEmpty ? .null : .textArray(filter.codes), .int4(Int32(clamping: most)),
                ]))
        return Targets(
            groups: try rows.map { [try ResendTarget($0)] }, matched: try rows.first?.decode("matched") ?? 0)
    }
}

extension ResendTarget {
    init(_ row: Row) throws {
        self.init(
            jobID: try row.decode("job_id"), kind: try row.decode("kind"), subjectKind: try row.decode("subject_kind"),
            subjectID: try row.decode("subject_id"), audience: try row.decode("audience"))
    }
}
