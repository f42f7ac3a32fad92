import Testing

@testable import Preview

@Suite("What a reader takes from HTML")
struct LetterHTMLTests {
    @Test(
        "the preheader is the words of the first hidden element, without its padding",
        arguments: [
            ("<div style=\"display:none\">Come  in&#847;&zwnj;&nbsp;</div><p hidden>x</p>", "Come in"),
            ("<p>Shown</p><span hidden>A <b>b</b>\n<br>c</span>d", "A b c"),
            ("<div style='color:red; DISPLAY : NONE !important'><div>In</div>ner</div>outer", "Inner"),
            ("<div hidden>&zwnj;&nbsp;</div><div hidden>Second</div>", "Second"),
            ("<div hidden>می\u{200C}خواهم&zwnj;</div>", "می\u{200C}خواهم"),
            ("<div hidden>1 &lt; 2 &amp;&amp; 3</div>", "1 < 2 && 3"),
            ("<title hidden>t</title><p style=\"display:nonexistent\">x</p>", nil), ("<div hidden>never closed", nil),
            ("", nil), ("<img style=\"display:none\"><i hidden>x</i>", "x"),
            ("<!-- <div hidden>x</div> --><style>.x{display:none}</style>", nil),
        ])
    func preheader(html: String, expected: String?) {
        #expect(LetterHTML.preheader(in: html) == expected)
    }
}
