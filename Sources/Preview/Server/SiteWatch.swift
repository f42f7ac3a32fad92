import Executors
import ServiceLifecycle

/// Looks ten times a second whether the template folder or the Maildir has changed, and shows the site anew when so.
///
/// On a thread of its own: neither a slow disk nor four hundred letters hold up a request. Changed letters are shown
/// first and judged after that, so that a page follows at once.
package actor SiteWatch: Service {
    /// What happened, for whoever sits at the terminal.
    package enum News: Sendable {
        /// Files of the template folder changed, and how long it took from there to what is shown.
        case templates([String], took: Duration)
        /// The letters were judged, with another result than before or for the first time.
        case judged(errors: Int, warnings: Int)
        /// The inbox has so many letters now.
        case inbox(Int)
        /// The Maildir cannot be read; the last letters stay.
        case maildirUnreadable(String)
    }

    /// The site that is kept up to date.
    package nonisolated let site: CurrentSite

    private let executor: ThreadExecutor
    private let source: SiteSource
    private let beat: Duration
    private let tell: @Sendable (News) -> Void

    private var shown: Gallery
    private var inbox: [InboxLetter]?
    private var written: WrittenKinds
    private var templates: FolderState
    private var maildir: [FolderState]
    /// What was read after a change and has mistakes: shown when the next look finds the folder the same, since an
    /// editor may have been half way through a file.
    private var doubtful: (gallery: Gallery, changed: [String])?
    /// What was read and shown, but not judged yet.
    private var unjudged: Gallery?
    /// What was judged last, and what judging found.
    private var judged: Gallery?
    private var remarks: Set<Finding> = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Reads everything for the first time; blocks meanwhile.
    ///
    /// - Parameters:
    ///   - beat: how often it looks.
    ///   - tell: called on the watch's own thread.
    /// - Throws: why the Maildir cannot be read.
    package init(
        _ source: SiteSource, beat: Duration = .milliseconds(100), tell: @escaping @Sendable (News) -> Void
    ) throws {
        executor = ThreadExecutor(label: "preview-watch")
        self.source = source
        self.beat = beat
        self.tell = tell
        // Looked at before they are read: what changes meanwhile is a change.
        templates = FolderState(source.templates)
        maildir = Self.look(atMaildir: source.maildir)
        var written = WrittenKinds()
        shown = source.gallery(&written)
        self.written = written
        inbox = try source.inbox([])
        unjudged = shown
        let first = source.site(shown, inbox)
        site = CurrentSite(first.page(at:edition:), specimens: shown.specimens)
    }

    /// Watches until a graceful stop or cancellation.
    package func run() async {
        await cancelWhenGracefulShutdown { await self.watch() }
    }

    private func watch() async {
        while true {
            do { try await Task.sleep(for: beat) } catch { return }
            lookAtMaildir()
            let now = FolderState(source.templates)
            if now != templates {
                read(now)
            } else if let settled = doubtful.take() {
                show(settled.gallery, changed: settled.changed, since: .now)
            } else if let gallery = unjudged.take() {
                judge(gallery)
            }
        }
    }

    private func read(_ now: FolderState) {
        let begun = ContinuousClock.now
        let changed = now.changes(since: templates)
        templates = now
        written.forget(changed)
        let gallery = source.gallery(&written).keeping(shown)
        if gallery.isBroken, !shown.isBroken, doubtful == nil {
            doubtful = (gallery, changed)
        } else {
            show(gallery, changed: doubtful.take()?.changed ?? changed, since: begun)
        }
    }

    /// Shows letters as they were read, with what was said of them before until they are judged.
    private func show(_ gallery: Gallery, changed: [String], since begun: ContinuousClock.Instant) {
        unjudged = gallery
        if present(gallery.remembering(remarks)) { tell(.templates(changed, took: .now - begun)) }
    }

    private func judge(_ gallery: Gallery) {
        let isFirst = judged == nil
        let result = gallery.checked(after: judged)
        judged = result
        remarks = Set(result.findings).subtracting(gallery.findings)
        guard present(result) || isFirst else { return }
        tell(.judged(errors: result.tally.errors, warnings: result.tally.warnings))
    }

    /// Shows a gallery where it differs from what is shown; says whether it does.
    private func present(_ gallery: Gallery) -> Bool {
        guard !gallery.looksLike(shown) else { return false }
        shown = gallery
        site.show(source.site(gallery, inbox).page(at:edition:), specimens: gallery.specimens)
        return true
    }

    private func lookAtMaildir() {
        let now = Self.look(atMaildir: source.maildir)
        guard now != maildir else { return }
        maildir = now
        do {
            let letters = try source.inbox(inbox ?? [])
            guard letters?.map(\.id) != inbox?.map(\.id) else { return }
            inbox = letters
            site.show(source.site(shown, inbox).page(at:edition:), specimens: shown.specimens)
            tell(.inbox(letters?.count ?? 0))
        } catch {
            tell(.maildirUnreadable("\(error)"))
        }
    }

    /// Letters come and go by name: the folders alone tell.
    private static func look(atMaildir maildir: String?) -> [FolderState] {
        maildir.map { folder in ["new", "cur"].map { FolderState("\(folder)/\($0)", recursing: false) } } ?? []
    }
}
