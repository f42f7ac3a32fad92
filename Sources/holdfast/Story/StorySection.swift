import FoundationEssentials
import Outbox

/// What a story tells of one subject; a pure value.
struct StorySection {
    let subject: StorySubject
    /// Everybody who reads of it.
    let readers: [StorySubject.Reader]
    /// Those that are owed first, the next before the others; then those that are over, the newest first.
    let letters: [StoryLetter]

    private struct Key: Hashable {
        let kind: String
        let id: UUID
    }

    /// The subjects of a story, each once: what has the newest letters first, what never had any last.
    static func sections(of story: Story) -> [StorySection] {
        let letters = Dictionary(grouping: StoryLetter.letters(of: story)) {
            Key(kind: $0.subjectKind, id: $0.subjectID)
        }
        let subjects = Dictionary(grouping: story.subjects) { Key(kind: $0.kind, id: $0.id) }
        let sections = subjects.compactMap { key, entries -> StorySection? in
            guard let subject = entries.first else { return nil }
            var readers: [StorySubject.Reader] = []
            for reader in entries.flatMap(\.readers) where !readers.contains(reader) { readers.append(reader) }
            return StorySection(subject: subject, readers: readers, letters: letters[key] ?? [])
        }
        return sections.sorted { left, right in
            left.newest == right.newest
                ? left.subject.id.uuidString < right.subject.id.uuidString : left.newest > right.newest
        }
    }

    private var newest: Date { letters.map(\.newest).max() ?? .distantPast }
}

/// One letter of a story: what is owed of it, what became of each attempt, its links; a pure value.
struct StoryLetter {
    let jobID: Int64
    let kind: String
    let subjectKind: String
    let subjectID: UUID
    let audience: String
    /// Nil when it is over.
    let owed: OwedLetter?
    /// The newest first; empty when no worker has had it.
    let history: [HistoryEntry]
    let links: [StoryLink]

    fileprivate static func letters(of story: Story) -> [StoryLetter] {
        let history = Dictionary(grouping: story.history, by: \.jobID)
        let links = Dictionary(grouping: story.links, by: \.jobID)
        let open = story.owed.map { letter in
            StoryLetter(
                jobID: letter.jobID, kind: letter.kind, subjectKind: letter.subjectKind, subjectID: letter.subjectID,
                audience: letter.audience, owed: letter, history: history[letter.jobID] ?? [],
                links: links[letter.jobID] ?? [])
        }
        var told = Set(open.map(\.jobID))
        let over = story.history.filter { told.insert($0.jobID).inserted }.map { newest in
            StoryLetter(
                jobID: newest.jobID, kind: newest.kind, subjectKind: newest.subjectKind, subjectID: newest.subjectID,
                audience: newest.audience, owed: nil, history: history[newest.jobID] ?? [],
                links: links[newest.jobID] ?? [])
        }
        return open + over
    }

    fileprivate var newest: Date { history.first?.at ?? owed?.createdAt ?? .distantPast }
}
