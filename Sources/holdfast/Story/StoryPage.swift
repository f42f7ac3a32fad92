import FoundationEssentials
import Outbox

/// A story on a screen, to be read with a client on the phone: what to say first is at the top; a pure value.
struct StoryPage {
    private(set) var lines: [StyledLine] = []
    private let story: Story
    private let clock: WallClock
    private let showsAddresses: Bool
    private let columns: Int

    /// Tells a story in lines of at most so many columns.
    init(_ story: Story, at clock: WallClock, showsAddresses: Bool, columns: Int) {
        self.story = story
        self.clock = clock
        self.showsAddresses = showsAddresses
        self.columns = columns
        say(StyledLine(needle, .strong) + StyledLine(" \(clock.heading)", .faint), further: 2)
        tellInShort()
        for part in story.cut { say(part.sentence, .warning) }
        for section in StorySection.sections(of: story) { tell(section) }
        tellAudit()
    }

    private var needle: String {
        guard case .address(let address) = story.needle, showsAddresses else { return story.needle.words }
        return "the address \(address)"
    }

    private func shown(_ address: MaskedAddress) -> String { showsAddresses ? address.unmasked : "\(address)" }

    /// A paragraph, its further lines under `indent` columns.
    private mutating func say(_ line: StyledLine, indent: Int = 0, further: Int? = nil) {
        lines += line.paragraph(within: columns, indent: indent, further: further ?? indent)
    }

    private mutating func say(_ text: String, _ style: Style) { say(StyledLine(text, style)) }
}

// In short.
extension StoryPage {
    private mutating func tellInShort() {
        for suppression in story.suppressions {
            let until = suppression.until.map { " until \(clock.text($0))" } ?? ""
            let since = suppression.since.map { ", since \(clock.text($0))" } ?? ""
            let letters =
                suppression.appliesTo == .all ? "no letters at all" : "no letters of class \(suppression.appliesTo)"
            say(
                StyledLine("SUPPRESSED", .bad)
                    + " \(shown(suppression.address)) gets \(letters)\(until): \(suppression.reason.rawValue)\(since)",
                further: 2)
        }
        if let last = story.history.first(where: { $0.audience != "provider" }) ?? story.history.first {
            say(
                StyledLine("last:", .strong) + " \(last.kind) to the \(last.audience): "
                    + StyledLine(last.outcome, last.style) + ", \(clock.distance(to: last.at))",
                further: 2)
        }
        let next = story.owed.first { $0.audience != "provider" } ?? story.owed.first
        let words = next.map { "\($0.kind) to the \($0.audience): \(standing(of: $0).text)" } ?? "nothing is owed"
        say(StyledLine("next:", .strong) + " \(words)", further: 2)
    }

    /// How an owed letter stands.
    private func standing(of letter: OwedLetter) -> StyledLine {
        let isLate =
            letter.expiresAt <= clock.now ? " (too late: its time was over \(clock.text(letter.expiresAt)))" : ""
        if letter.state == "held", letter.isInDoubt {
            return StyledLine("held: an earlier attempt may have arrived; 'holdfast release' decides", .warning)
        }
        if letter.state == "held" {
            let due = letter.dueAt.map { "; due \(clock.text($0))" } ?? ""
            return StyledLine("held by an operator, until 'holdfast release'\(due)\(isLate)", .warning)
        }
        if letter.state == "running" { return StyledLine("a worker is sending it this moment", .good) }
        let stop = letter.isStopped ? "; letters of this kind are stopped, until 'holdfast resume'" : ""
        guard let dueAt = letter.dueAt, dueAt > clock.now else {
            return StyledLine("due now\(isLate)\(stop)", .warning)
        }
        let again = letter.wasClaimed ? "tried again" : "due"
        return StyledLine("\(again) \(clock.text(dueAt)) (\(clock.distance(to: dueAt)))\(stop)")
    }
}

// Subject by subject.
extension StoryPage {
    private mutating func tell(_ section: StorySection) {
        let subject = section.subject
        let facts = [
            subject.state ?? (subject.generation == nil ? "gone" : nil), subject.generation.map { "generation \($0)" },
            subject.isOpen ? nil : "over", section.letters.isEmpty ? "no letters" : nil,
        ].compactMap(\.self)
        lines.append("")
        let id = subject.id.text
        say(StyledLine("\(subject.kind) \(id)", .strong) + " \(facts.joined(separator: ", "))", further: 2)
        if !section.letters.isEmpty, !section.readers.isEmpty {
            let readers = section.readers.map { "the \($0.audience) \(shown($0.address))" }
            say("letters go to \(readers.joined(separator: ", "))", indent: 2, further: 4)
        }
        for letter in section.letters { tell(letter) }
    }

    private mutating func tell(_ letter: StoryLetter) {
        let title = StyledLine("job \(letter.jobID)", .strong) + " \(letter.kind) to the \(letter.audience)"
        if let owed = letter.owed {
            say(title + ": " + standing(of: owed), indent: 2, further: 6)
            let attempts = owed.attempts > 0 ? ", \(counted(owed.attempts, "attempt")) so far" : ""
            let crashes = owed.crashes > 0 ? ", \(counted(owed.crashes, "worker")) went down with it" : ""
            say(
                "owed since \(clock.text(owed.createdAt)), until \(clock.text(owed.expiresAt)) at the latest\(attempts)\(crashes)",
                indent: 6, further: 8)
            if let reason = wayBack(of: owed) { say(StyledLine(reason, .warning), indent: 6, further: 8) }
        } else {
            let end = letter.history.first
            say(title + ": " + StyledLine(end?.outcome ?? "", end?.style ?? .plain), indent: 2, further: 6)
        }
        for entry in letter.history { tell(entry) }
        for link in letter.links { tell(link) }
        if let messageID = letter.history.lazy.compactMap(\.messageID).first {
            say(StyledLine("Message-ID \(messageID)", .faint), indent: 6, further: 8)
        }
    }

    /// Why a letter came back that history says nothing of: only for the relay's sake is one put off.
    private func wayBack(of letter: OwedLetter) -> String? {
        guard story.wasGivenBack(letter) else { return nil }
        let isPutOff = letter.dueAt.map { $0 > clock.now } ?? false
        return isPutOff
            ? "the last attempt failed for the relay's sake: see 'holdfast status'"
            : "a worker gave it back, for the relay's sake or its own: see 'holdfast status'"
    }

    private mutating func tell(_ entry: HistoryEntry) {
        let stage = entry.stage.map { $0 == "accepted" ? "" : "at \($0): " } ?? ""
        let code = [entry.code.map(String.init), entry.enhanced].compactMap(\.self).joined(separator: " ")
        let facts = [
            (entry.reply ?? code).isEmpty ? nil : stage + (entry.reply ?? code), entry.reason,
            entry.queueID.map { "queue id \($0)" }, entry.tls ?? (entry.code == nil ? nil : "no TLS"),
        ].compactMap(\.self)
        let text = StyledLine("\(clock.text(entry.at, withSeconds: true)) ") + StyledLine(entry.outcome, entry.style)
        say(text + StyledLine(facts.isEmpty ? "" : ", \(facts.joined(separator: "; "))"), indent: 6, further: 8)
    }

    private mutating func tell(_ link: StoryLink) {
        let state: StyledLine
        if let revokedAt = link.revokedAt {
            state = StyledLine("revoked \(clock.text(revokedAt))", .warning)
        } else if let most = link.mostUses, link.uses >= most {
            state = StyledLine("used up", .plain)
        } else if link.isOver {
            state = StyledLine("expired \(clock.text(link.expiresAt))", .warning)
        } else {
            state = StyledLine("works until \(clock.text(link.expiresAt))", .good)
        }
        let uses = link.firstUsedAt.map { ", used \(link.uses)×, first \(clock.text($0))" } ?? ", never used"
        say(
            "link \(link.purpose), issued \(clock.text(link.issuedAt)): " + state + StyledLine(uses), indent: 6,
            further: 8)
    }

    private mutating func tellAudit() {
        guard !story.audit.isEmpty else { return }
        lines.append("")
        say("what operators did", .strong)
        for entry in story.audit {
            let reason = entry.reason.map { ": \(showsAddresses ? $0 : $0.withMaskedAddresses)" } ?? ""
            let target = entry.jobID.map { "job \($0)" } ?? entry.target
            say(
                "\(clock.text(entry.at)) \(entry.operatorName) \(entry.action) \(target)\(reason)", indent: 2,
                further: 4)
        }
    }
}

extension Story.Part {
    /// That there is more of it, and where.
    fileprivate var sentence: String {
        switch self {
        case .subjects: "There are older subjects than these: look for one of them by its id."
        case .owed: "More is owed than this, for later: look for a subject of it by its id."
        case .history: "There is older history than this: 'holdfast history export' has all of it."
        case .audit: "Operators did more before this: the table holdfast.audit has all of it."
        }
    }
}

extension HistoryEntry {
    /// How its outcome stands out.
    fileprivate var style: Style { Outcome(rawValue: outcome)?.style ?? .warning }
}
