import BookingLinks
import FoundationEssentials
import Notifications
import Preview

/// What the previews are made of: the settings and the folders that the command line names.
struct PreviewRoom {
    let options: PreviewOptions
    /// The template folder.
    let templates: String
    /// The Maildir that is shown; nil for none.
    let maildir: String?
    private let baseline: Baseline?
    private let inbox: Inbox?

    /// Opens the folders.
    ///
    /// Throws a `CommandFailure` for one that cannot be used.
    init(_ options: PreviewOptions, templates: String?, baseline: String?, maildir: String?) throws {
        self.options = options
        self.templates = templates ?? options.templates
        self.maildir = maildir
        try Self.checkFolder(self.templates, option: templates)
        self.baseline = try baseline.map { folder in
            try Self.opening("--baseline") { try Baseline(directory: folder) }
        }
        inbox = try maildir.map { folder in try Self.opening("--maildir") { try Inbox(maildir: folder) } }
    }

    /// Throws a `CommandFailure` when there is no folder of templates.
    ///
    /// - Parameter option: what `--templates` said; nil when the settings name the folder.
    static func checkFolder(_ templates: String, option: String?) throws {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: templates, isDirectory: &isFolder), isFolder else {
            let name = option == nil ? Setting.templates.name : "--templates"
            throw CommandFailure(
                .configuration, "\(name): there is no folder \(templates); name the folder of the templates")
        }
    }

    private static func opening<Value>(_ option: String, _ open: () throws -> Value) throws -> Value {
        do {
            return try open()
        } catch {
            throw CommandFailure(.configuration, "\(option): \(error)")
        }
    }

    /// Every letter as the templates are now.
    func gallery() -> Gallery {
        Gallery.read(templates: templates, practice: options.practice, base: options.linkBase)
    }

    /// The one letter that is wanted.
    ///
    /// Throws a `CommandFailure` when there is none.
    func letter(_ wanted: WantedLetters) throws -> Specimen { try wanted.one(in: gallery()) }

    /// The pages of a gallery, for files.
    func site(of gallery: Gallery) -> Site {
        Site(gallery: gallery, base: options.linkBase, baseline: baseline, sources: gallery.sources(in: templates))
    }

    /// What a server watches and shows.
    ///
    /// - Parameter sends: whether tests can be asked for on its pages.
    func source(sends: Bool) -> SiteSource {
        let (options, templates, baseline, inbox) = (options, templates, baseline, inbox)
        return SiteSource(
            templates: templates, maildir: maildir,
            gallery: {
                Gallery.read(
                    templates: templates, practice: options.practice, base: options.linkBase, knowing: &$0)
            },
            inbox: { try inbox?.letters(after: $0) },
            site: { gallery, letters in
                Site(
                    gallery: gallery, base: options.linkBase, inbox: letters, baseline: baseline, live: true,
                    sendsTests: sends, sources: gallery.sources(in: templates))
            })
    }

    /// Sends a letter as a test and says what became of it; throws a `CommandFailure` when it was not sent.
    func send(_ letter: Specimen, to address: String) async throws {
        let answer = await TestPost(options, templates: templates).send(letter, to: address)
        guard answer.outcome == .sent else { throw CommandFailure(.no, answer.sentence) }
        Terminal.print(answer.sentence)
    }
}
