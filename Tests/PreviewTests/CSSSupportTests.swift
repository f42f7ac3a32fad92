import FoundationEssentials
import Testing

@testable import Preview

@Suite("What mail programs understand")
struct CSSSupportTests {
    @Test("the table says where it is from, and names only programs it describes")
    func table() throws {
        let table = CSSSupport.bundled
        #expect(table.source.contains("hteumeuleu/caniemail") && table.source.contains("MIT"))
        for section in CSSFeature.Section.allCases {
            for name in table.names(in: section) {
                let support = try #require(table.support(of: CSSFeature(section, name)), "\(name)")
                let clients = support.unsupported + support.partly
                #expect(!clients.isEmpty && Set(clients).count == clients.count, "\(name)")
                #expect(clients.allSatisfy { table.clients[$0] != nil }, "\(name)")
                #expect(name == name.lowercased() && support.effect.hasSuffix("."), "\(name)")
            }
        }
        #expect(table.clients.values.count(where: \.isMajor) == 6)
    }

    @Test("known facts stand in it")
    func facts() throws {
        func programs(_ section: CSSFeature.Section, _ name: String) -> [String]? {
            CSSSupport.bundled.support(of: CSSFeature(section, name))?.unsupported
        }
        #expect(programs(.property, "border-radius") == ["outlook-windows"])
        #expect(programs(.declaration, "display:grid") == ["outlook-windows"])
        #expect(programs(.media, "prefers-color-scheme")?.contains("gmail") == true)
        #expect(programs(.element, "svg")?.contains("gmail-apps") == true)
        #expect(programs(.property, "color") == nil && programs(.element, "table") == nil)
    }

    @Test(
        "what a style uses is found, wherever it stands",
        arguments: [
            ("gap: 4px", [("gap", .property), ("gap:4px", .declaration), ("px", .unit)]),
            ("DISPLAY : Flex !important", [("display", .property), ("display:flex", .declaration)]),
            ("width:calc(1rem + 2%)", [("calc", .function), ("rem", .unit)]),
            ("font-family:'gap: 1vw;', Arial", [("font-family", .property)]),
            (
                "@media (max-width: 480px) { .a > .b { gap: 0 } }",
                [("@media", .atRule), ("max-width", .media), (">", .selector), ("gap", .property)]
            ),
            ("@media screen and (prefers-color-scheme:dark) {}", [("prefers-color-scheme", .media)]),
            (
                "a:hover, p::before, li:after, :root { color: red }",
                [(":hover", .pseudo), ("::before", .pseudo), ("::after", .pseudo), (":root", .pseudo)]
            ),
            ("/* a{gap:1px} */ b { color: rgba(0,0,0,.5) }", [("rgba", .function)]),
            ("@import url(a.css); p { float:left }", [("@import", .atRule), ("float", .property)]),
        ] as [(String, [(String, CSSFeature.Section)])])
    func features(css: String, expected: [(String, CSSFeature.Section)]) {
        let found = CSSFeature.features(ofStyle: css)
        for (name, section) in expected { #expect(found.contains(CSSFeature(section, name)), "\(name) in \(found)") }
        #expect(!found.contains(CSSFeature(.property, "gap")) || expected.contains { $0.0 == "gap" })
        #expect(!found.contains(CSSFeature(.unit, "vw")))
    }

    @Test(
        "addresses that a style loads are found in any spelling",
        arguments: [
            ("background:url(https://a.example/b.png)", ["https://a.example/b.png"]),
            ("background: URL( \"https://a.example/b.png\" )", ["https://a.example/b.png"]),
            ("a{background:url('data:image/png;base64,AA==')}", ["data:image/png;base64,aa=="]),
            ("@import 'https://a.example/c.css';", ["https://a.example/c.css"]),
            ("@IMPORT url(https://a.example/c.css) screen;", ["https://a.example/c.css"]),
            ("color: red", []),
        ])
    func addresses(css: String, expected: [String]) {
        #expect(CSSFeature.addresses(in: css) == expected)
    }
}
