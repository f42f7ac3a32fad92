import Mustache

/// The templates of the site's own pages, `Pages/*.mustache`, embedded in the program.
enum PageTemplates: String, CaseIterable {
    case layout
    case index
    case letter
    case viewer
    case findings
    case finding
    case excerpt
    case problems
    case inbox
    case diffs
    case diff
    case help

    /// The page that a template makes of a model, whose stored properties are the template's names.
    func page(_ model: some Sendable) -> Page {
        let text = Self.library.render(model, withTemplate: rawValue) ?? ""
        return Page(type: "text/html; charset=utf-8", bytes: Array(text.utf8))
    }

    /// Why a template of ours does not parse; empty unless the program was built with a broken one.
    static let mistakes: [String] = parsed.mistakes

    private static let library = MustacheLibrary(templates: parsed.templates)

    private static let parsed: (templates: [String: MustacheTemplate], mistakes: [String]) = {
        MustacheContentTypes.register(PageText(), named: "PAGE")
        var templates: [String: MustacheTemplate] = [:]
        var mistakes: [String] = []
        for template in allCases {
            do {
                templates[template.rawValue] = try MustacheTemplate(
                    string: String(decoding: template.source, as: UTF8.self))
            } catch {
                mistakes.append("\(template.rawValue).mustache: \(error)")
            }
        }
        return (templates, mistakes)
    }()

    private var source: [UInt8] {
        switch self {
        case .layout: PackageResources.layout_mustache
        case .index: PackageResources.index_mustache
        case .letter: PackageResources.letter_mustache
        case .viewer: PackageResources.viewer_mustache
        case .findings: PackageResources.findings_mustache
        case .finding: PackageResources.finding_mustache
        case .excerpt: PackageResources.excerpt_mustache
        case .problems: PackageResources.problems_mustache
        case .inbox: PackageResources.inbox_mustache
        case .diffs: PackageResources.diffs_mustache
        case .diff: PackageResources.diff_mustache
        case .help: PackageResources.help_mustache
        }
    }
}
