import Foundation
import TestSupport

@testable import Preview

/// Pages as html5lib reads them.
struct ReadPages {
    struct Read: Decodable {
        struct Layout: Decodable {
            let sandbox: String?
            let srcdoc: String?
        }

        let errors: [String]
        /// Addresses of the site, resolved; other addresses as they stand.
        let leads: [String]
        let scripts: [String]
        let handlers: [String]
        let elements: [String]
        let frames: [Layout]
        let policies: [String]
        let text: String
    }

    let pages: [String: Read]

    /// Reads every page of a site.
    init(_ site: Site) async throws {
        var pages: [String: String] = [:]
        for path in site.paths where path.hasSuffix("index.html") {
            guard let page = site.page(at: path) else { throw TestSupportError("\(path) has no page") }
            pages[path] = String(decoding: page.bytes, as: UTF8.self)
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python/read_pages.py")
        let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "python3"
        let result = try await run(python, [script.path], stdin: try JSONEncoder().encode(pages))
        guard result.status == 0 else {
            throw TestSupportError("read_pages.py failed (it needs html5lib, in TEST_PYTHON): \(result.errors)")
        }
        self.pages = try JSONDecoder().decode([String: Read].self, from: result.stdout)
    }
}
