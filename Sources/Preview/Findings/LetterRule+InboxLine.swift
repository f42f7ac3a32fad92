extension LetterRule {
    /// What an inbox shows of a letter before it is opened.
    static let ofInboxLine = [subjectLength, preheaderLength, preheaderRepeats]

    /// Of a subject phones show 33 to 48 characters, Outlook about 50 and a wide Gmail about 70 (measured by
    /// emailtooltester.com); more than the 78 of a line (RFC 5322 section 2.1.1) nobody shows.
    private static let subjectLength = LetterRule("subject-length") { letter in
        let count = letter.read.subject.count
        let advice = "keep it to 60, with what matters first."
        return switch count {
        case 0: [.error("The letter has no subject: give the block subject some words.")]
        case ...60: []
        case ...78: [.warning("The subject has \(count) characters, of which most inboxes cut some: \(advice)")]
        default: [.error("The subject has \(count) characters, which no inbox shows: \(advice)")]
        }
    }

    /// After the subject inboxes show 40 to 100 characters more, taken from the letter where nothing is given.
    private static let preheaderLength = LetterRule("preheader-length") { letter in
        guard let count = letter.preheader?.count else {
            return [.error("The letter has no preheader: give the block preheader some words.")]
        }
        if (40...90).contains(count) { return [] }
        let advice = count < 40 ? "an inbox has room for more; write 40 to 90." : "inboxes cut it; keep it to 90."
        return [.warning("The preheader has \(count) characters: \(advice)")]
    }

    private static let preheaderRepeats = LetterRule("preheader-repeats") { letter in
        let subject = letter.read.subject.lowercased()
        guard let preheader = letter.preheader?.lowercased(), !subject.isEmpty, preheader.contains(subject) else {
            return []
        }
        return [.warning("The preheader repeats the subject beside which it stands: say what the subject does not.")]
    }
}
