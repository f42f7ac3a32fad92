import Executors
import ServiceLifecycle

/// Looks ten times a second whether the template folder or the Maildir has changed, and shows the site anew when so.
///
/// On a thread of its own: neither a slow disk nor four hundred letters hold up a request.
package actor SiteWatch: Service {
    /// What happened, for whoever sits at the terminal.
    package enum News: Sendable {
        /// Files of the template folder changed; how many errors stand now, and how long reading took.
        case templates([String], errors: Int, took: Duration)
        /// The inbox has so many letters now.
        case inbox(Int)
        /// The Maildir cannot be read; the last letters stay.
        case maildirUnreadable(String)
    }

    private let executor: ThreadExecutor
    private let source: SiteSource
    private let site: CurrentSite
    private let beat: Duration
    private let tell: @Sendable (News) -> Void

    private var shown: SiteSource.Reading
    private var templates: FolderState
    private var maildir: [FolderState]
    /// What was read after a change and has mistakes: shown when the next look finds the folder the same, since an
    /// editor may have been half way through a file.
    private var doubtful: (gallery: Gallery, changed: [String])?

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
        shown = SiteSource.Reading(gallery: source.readGallery(), inbox: try source.readInbox())
        let first = source.site(of: shown)
        site = CurrentSite(first.page, specimens: shown.gallery.specimens)
    }

    /// The site that is kept up to date.
    package nonisolated var current: CurrentSite { site }

    /// The gallery that is shown now.
    package var gallery: Gallery { shown.gallery }

    /// Watches until a graceful stop or cancellation.
    package func run() async {
        await cancelWhenGracefulShutdown { await self.watch() }
    }

    private func watch() async {
        while true {
            do { try await Task.sleep(for: beat) } catch { return }
            lookAtTemplates()
            lookAtMaildir()
        }
    }

    private func lookAtTemplates() {
        let now = FolderState(source.templates)
        let begun = ContinuousClock.now
        guard now != templates else {
            if let settled = doubtful.take() { show(settled.gallery, changed: settled.changed, since: begun) }
            return
        }
        let changed = doubtful.map(\.changed) ?? now.changes(since: templates)
        templates = now
        let gallery = source.readGallery(after: shown.gallery)
        if gallery.isBroken, !shown.gallery.isBroken, doubtful == nil {
            doubtful = (gallery, changed)
        } else {
            doubtful = nil
            show(gallery, changed: changed, since: begun)
        }
    }

    private func show(_ gallery: Gallery, changed: [String], since begun: ContinuousClock.Instant) {
        guard !gallery.looksLike(shown.gallery) else { return }
        shown.gallery = gallery
        site.show(source.site(of: shown).page, specimens: gallery.specimens)
        let errors = gallery.findings.count { $0.severity == .error }
        tell(.templates(changed, errors: errors, took: .now - begun))
    }

    private func lookAtMaildir() {
        let now = Self.look(atMaildir: source.maildir)
        guard now != maildir else { return }
        maildir = now
        do {
            let letters = try source.readInbox()
            guard letters?.map(\.id) != shown.inbox?.map(\.id) else { return }
            shown.inbox = letters
            site.show(source.site(of: shown).page, specimens: shown.gallery.specimens)
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
