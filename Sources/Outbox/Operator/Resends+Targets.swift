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
    /// - Parameter most: of letters that ended badly, the most that are returned.
    package func targets(of selection: ResendSelection, most: Int = 10_000) async throws -> Targets {
        switch selection {
        case .job(let id): try await letter(id)
        case .reservation(let id):
            try await newest(about: subjects(id, ["reservation", "series"]), "reservation", asOne: true)
        case .task(let id): try await newest(about: subjects(id, ["signup_task"]), "signup task", asOne: true)
        case .recipient(let address):
            try await newest(about: subjects(of: address, nil), "recipient", asOne: false)
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

    private func subjects(_ id: UUID, _ kinds: Set<String>) async throws -> [StorySubject.Name] {
        try await subjects(of: nil, id).filter { kinds.contains($0.kind) }
    }

    private func subjects(of address: String?, _ id: UUID?) async throws -> [StorySubject.Name] {
        try await StorySubject.Name.all(of: address, id, connection)
    }

    /// Whoever names one thing has a client on the phone: letters to providers are meant only where there are no others.
    private func newest(
        about subjects: [StorySubject.Name], _ what: String, asOne: Bool
    ) async throws -> Targets {
        guard !subjects.isEmpty else { throw OperatorError.unknown("there is no such \(what)") }
        let rows = try await connection.query(
            Statement("letters_about", SQL.lettersAbout, subjects.columns + [.int4(1000)]))
        let letters = try rows.map(ResendTarget.init)
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
