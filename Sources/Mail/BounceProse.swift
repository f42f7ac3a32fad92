/// Reads the texts that mailers write for people, where there is no part for machines.
struct BounceProse {
    /// What the text says became of the letter; nil when it is no mailer's text.
    let action: BouncedRecipient.Action?
    /// The status the text quotes, or that its words stand for.
    let status: BounceStatus?
    /// The reply of SMTP it quotes.
    let replyCode: Int?
    /// The Message-ID of the letter, of which such texts end in a copy.
    let messageID: String?

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
        let copy = lines.firstIndex { line in
            let line = line.lowercased()
            return Self.copyMarkers.contains { line.hasPrefix($0) }
        }
        let report = lines[..<(copy ?? lines.endIndex)].joined(separator: " ").lowercased()
        let words = report.split(separator: " ").joined(separator: " ").replacing("’", with: "'")
        let isFailure = Self.failurePhrases.contains { words.contains($0) }
        action = Self.delayPhrases.contains { words.contains($0) } ? .delayed : isFailure ? .failed : nil
        status = BounceStatus(firstIn: words) ?? Self.meanings.first { words.contains($0.phrase) }?.status
        replyCode = BounceReplyCode.first(in: words)
        messageID = Self.identifier(in: lines)
    }

    /// The first field Message-ID of the copied header; its value may stand on the next line.
    private static func identifier(in lines: [String]) -> String? {
        guard let index = lines.firstIndex(where: { $0.lowercased().hasPrefix("message-id:") }) else { return nil }
        let value = lines[index].dropFirst("message-id:".count).trimmingBlanks()
        let next = value.isEmpty && index + 1 < lines.count ? lines[index + 1] : value
        return BounceValue.identifier(in: next)
    }

    /// What begins the copy of the letter, whose words say nothing about its delivery.
    private static let copyMarkers = [
        "--- below this line", "------ this is a copy", "----- original message", "--- original message",
        "----- message header", "----- unsent message", "original message headers", "message-id:", "received:",
        "return-path:",
    ]

    /// The mailer goes on trying.
    ///
    /// Asked first: some of these texts begin as those of a failure do.
    private static let delayPhrases = [
        "you do not need to resend your message",  // Postfix, Sendmail
        "no action is required on your part",  // Exim
        "has not been delivered to all of its recipients after more than",  // Exim
        "has been delayed",  // Gmail, Exchange
        "there was a temporary problem delivering your message",  // Gmail
        "this is a warning message only",
    ]

    private static let failurePhrases = [
        "i wasn't able to deliver your message",  // qmail
        "unable to deliver your message to the following",  // Yahoo
        "a message that you sent could not be delivered to one or more of its recipients",  // Exim
        "could not be delivered to one or more recipients",  // Postfix
        "did not reach the following recipient(s)",  // Exchange 5.5
        "delivery has failed to these recipients",  // Exchange 2007 and later
        "couldn't be delivered",  // Exchange Online
        "wasn't delivered to",  // Gmail
        "delivery to the following recipient failed permanently",  // Gmail, before 2016
        "delivery to the following recipients failed",  // Windows' SMTP service
        "the following addresses had permanent fatal errors",  // Sendmail
    ]

    /// What words mean where no code is quoted: the mailbox is not there, or it is full.
    private static let meanings: [(phrase: String, status: BounceStatus)] = [
        ("mailbox is full", BounceStatus(5, 2, 2)), ("over quota", BounceStatus(5, 2, 2)),
        ("quota exceeded", BounceStatus(5, 2, 2)), ("mailbox full", BounceStatus(5, 2, 2)),
        ("user unknown", BounceStatus(5, 1, 1)), ("unknown user", BounceStatus(5, 1, 1)),
        ("no such user", BounceStatus(5, 1, 1)), ("no mailbox here by that name", BounceStatus(5, 1, 1)),
        ("recipient name is not recognized", BounceStatus(5, 1, 1)), ("unrouteable address", BounceStatus(5, 1, 2)),
        ("the address couldn't be found", BounceStatus(5, 1, 1)), ("unknown recipient", BounceStatus(5, 1, 1)),
        ("this user doesn't have a", BounceStatus(5, 1, 1)), ("tried to reach does not exist", BounceStatus(5, 1, 1)),
    ]
}
