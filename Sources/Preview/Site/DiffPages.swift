import Mail

/// Every letter that is not what it was in the baseline.
struct DiffsPage: Sendable {
    /// A letter.
    struct Row: Sendable {
        let change: String
        let standing: String
        let subject: String
        let href: String
        let aspects: [String]
    }

    let layout: Layout
    let rows: [Row]
    let changedCount: Int
    let newCount: Int
    let goneCount: Int
    let sameCount: Int
}

/// One letter before and now.
struct DiffPage: Sendable {
    let layout: Layout
    let change: String
    let standing: String
    /// Leads to the letter as it is now; nil when it is gone.
    let letterPage: String?
    let previous: String?
    let next: String?
    let position: Int
    let count: Int
    /// What the frames show.
    let before: String?
    let now: String?
    let headers: [Comparison.Change.Field]
    let textLines: [DiffLine]
    let calendarLines: [DiffLine]
    let htmlLines: [DiffLine]
}

/// A line of a comparison.
struct DiffLine: Sendable {
    /// `same`, `removed`, `added`, or `skipped` for lines that are the same and left out.
    let kind: String
    let spans: [Span]

    /// A stretch of it.
    struct Span: Sendable {
        let text: String
        let isChanged: Bool
    }

    private init(_ kind: String, _ text: String) {
        (self.kind, spans) = (kind, [Span(text: text, isChanged: false)])
    }

    private init(_ kind: String, _ spans: [TextDiff.Span]) {
        (self.kind, self.spans) = (kind, spans.map { Span(text: $0.text, isChanged: $0.isChanged) })
    }

    /// The lines of a comparison, with `context` equal lines around each difference; nil for all of them.
    static func lines(_ diff: TextDiff, context: Int? = nil) -> [DiffLine] {
        var lines: [DiffLine] = []
        // All that was removed in one place, and then all that was added there: each reads on as a text.
        var added: [DiffLine] = []
        for line in diff.lines {
            switch line {
            case .same(let text):
                lines += added + [DiffLine("same", text)]
                added = []
            case .removed(let text): lines.append(DiffLine("removed", text))
            case .added(let text): added.append(DiffLine("added", text))
            case .changed(let from, let to):
                lines.append(DiffLine("removed", from))
                added.append(DiffLine("added", to))
            }
        }
        lines += added
        return context.map { shortened(lines, context: $0) } ?? lines
    }

    private static func shortened(_ lines: [DiffLine], context: Int) -> [DiffLine] {
        var shown = Array(repeating: false, count: lines.count)
        for (index, line) in lines.enumerated() where line.kind != "same" {
            for near in max(0, index - context)...min(lines.count - 1, index + context) { shown[near] = true }
        }
        return zip(lines, shown).map { ($0, $1) }.chunked { $0.1 }.flatMap { isShown, chunk in
            isShown ? chunk.map(\.0) : [DiffLine("skipped", "⋯ \(chunk.count) lines the same")]
        }
    }
}

extension Site {
    func diffsPage(_ comparison: Comparison) -> Page {
        let root = SitePath.diffIndex.root
        return PageTemplates.diffs.page(
            DiffsPage(
                layout: layout("diffs", .diffIndex, title: "Changes"),
                rows: comparison.changes.map { change in
                    DiffsPage.Row(
                        change: change.id.path, standing: change.standing.rawValue,
                        subject: (change.now ?? change.before)?.subject ?? "",
                        href: root + SitePath.diff(change.id).text, aspects: change.aspects)
                },
                changedCount: comparison.count(.changed), newCount: comparison.count(.new),
                goneCount: comparison.count(.gone), sameCount: comparison.sameCount))
    }

    func diffPage(at id: SpecimenID) -> Page? {
        guard let changes = comparison?.changes, let place = changes.firstIndex(where: { $0.id == id }) else {
            return nil
        }
        let change = changes[place]
        let path = SitePath.diff(id)
        func href(_ place: Int) -> String? {
            changes.indices.contains(place) ? path.root + SitePath.diff(changes[place].id).text : nil
        }
        return PageTemplates.diff.page(
            DiffPage(
                layout: layout("diff", path, title: "Changes of \(id.path)"), change: id.path,
                standing: change.standing.rawValue,
                letterPage: change.now.map { _ in path.root + SitePath.letter(id, .page).text },
                previous: href(place - 1), next: href(place + 1), position: place + 1, count: changes.count,
                before: change.before?.html.map(LetterView.framed), now: change.now?.html.map(LetterView.framed),
                headers: change.fields, textLines: DiffLine.lines(change.compare { $0.text ?? "" }),
                calendarLines: DiffLine.lines(change.compare { $0.calendarText }),
                htmlLines: DiffLine.lines(change.compare { $0.html ?? "" }, context: 3)))
    }
}

extension Comparison.Change {
    fileprivate func compare(_ text: (ReadLetter) -> String) -> TextDiff {
        TextDiff(from: before.map(text) ?? "", to: now.map(text) ?? "")
    }
}

extension ReadLetter {
    /// The calendar part, a line for each of its lines.
    fileprivate var calendarText: String {
        (calendar ?? []).map { line in
            ([line.name] + line.parameters.map { "\($0.name)=\($0.value)" }).joined(separator: ";") + ": " + line.value
        }.joined(separator: "\n")
    }
}
