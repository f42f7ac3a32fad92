/// The style sheet and the scripts of the pages, embedded in the program.
enum SiteAsset: String, CaseIterable {
    case styles = "gallery.css"
    case live = "live.js"
    case emulation = "emulate.js"
    case colours = "colours.js"
    case checks = "checks.js"
    case findings = "findings.js"
    case viewer = "viewer.js"
    case gallery = "gallery.js"
    case icon = "icon.svg"

    var page: Page { Page(type: type, bytes: bytes) }

    /// The table that `checks.js` reads, ready to stand inside a `script` element, where only `<` could end it.
    static let supportTable = String(decoding: PackageResources.css_support_json, as: UTF8.self)
        .replacing("<", with: "\\u003c")

    private var type: String {
        switch self {
        case .styles: "text/css; charset=utf-8"
        case .live, .emulation, .colours, .checks, .findings, .viewer, .gallery: "text/javascript; charset=utf-8"
        case .icon: "image/svg+xml"
        }
    }

    private var bytes: [UInt8] {
        switch self {
        case .styles: PackageResources.gallery_css
        case .live: PackageResources.live_js
        case .emulation: PackageResources.emulate_js
        case .colours: PackageResources.colours_js
        case .checks: PackageResources.checks_js
        case .findings: PackageResources.findings_js
        case .viewer: PackageResources.viewer_js
        case .gallery: PackageResources.gallery_js
        case .icon: PackageResources.icon_svg
        }
    }
}
