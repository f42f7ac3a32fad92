import FoundationEssentials

/// What arrived in a Maildir, newest first.
struct InboxPage: Sendable {
    /// A message.
    struct Row: Sendable {
        let href: String
        let from: String
        let initial: String
        let subject: String
        let preheader: String?
        let to: String
        let arrivedAt: String
        let size: String
        let isRaw: Bool
    }

    let layout: Layout
    let rows: [Row]
}

/// The page of one message that arrived.
struct ArrivedPage: Sendable {
    let layout: Layout
    let view: LetterView
    let arrivedAt: String
    /// It is longer than what is shown.
    let isCut: Bool
    let previous: String?
    let next: String?
    let position: Int
    let count: Int
    let supportTable = SiteAsset.supportTable
    let sendsTests = false
}

extension Site {
    func inboxPage(_ inbox: [InboxLetter]) -> Page {
        let root = SitePath.inboxIndex.root
        return PageTemplates.inbox.page(
            InboxPage(
                layout: layout("inbox", .inboxIndex, title: "Inbox"),
                rows: inbox.map { arrived in
                    let letter = arrived.letter
                    return InboxPage.Row(
                        href: root + SitePath.inbox(id: arrived.id, .page).text, from: LetterView.name(of: letter.from),
                        initial: LetterView.initial(of: letter.from), subject: letter.subject,
                        preheader: letter.preheader, to: LetterView.name(of: letter.to),
                        arrivedAt: LinkRow.words(arrived.arrivedAt),
                        size: SizeMeter.words(letter.bytes.count), isRaw: letter.root == nil)
                }))
    }

    func arrivedPage(_ inbox: [InboxLetter], at place: Int) -> Page {
        let arrived = inbox[place]
        let path = SitePath.inbox(id: arrived.id, .page)
        func href(_ place: Int) -> String? {
            inbox.indices.contains(place) ? path.root + SitePath.inbox(id: inbox[place].id, .page).text : nil
        }
        // Other keys signed what arrived: its links are listed, and not checked.
        let links = arrived.letter.links(verifiedBy: nil, at: arrived.arrivedAt)
        return PageTemplates.letter.page(
            ArrivedPage(
                layout: layout("letter", path, title: arrived.letter.subject),
                view: LetterView(
                    arrived.letter, name: arrived.id, links: links, at: arrived.arrivedAt, trouble: arrived.trouble),
                arrivedAt: LinkRow.words(arrived.arrivedAt), isCut: arrived.isCut, previous: href(place - 1),
                next: href(place + 1),
                position: place + 1, count: inbox.count))
    }
}
