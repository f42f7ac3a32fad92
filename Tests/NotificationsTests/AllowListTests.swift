import Testing

@testable import Notifications

@Suite("Guest list")
struct AllowListTests {
    @Test(
        "addresses and domains are allowed in any letter case, and nobody else",
        arguments: [
            ("ada@staff.example", true), ("ADA@Staff.Example", true), ("zoe@test.example", true),
            ("zoe@TEST.EXAMPLE", true),
            ("bob@dotted.example", true), ("bob@staff.example", false), ("zoe@sub.test.example", false),
            ("zoe@nottest.example", false),
            ("test.example", false), ("", false), ("@", false), ("zoe@test.example.evil.example", false),
            ("ada@staff.example ", false),
            ("zoe@test.example@evil.example", false),
        ])
    func matching(address: String, isAllowed: Bool) throws {
        let list = try #require(AllowList("Ada@staff.example, TEST.example @dotted.example"))
        #expect(list.allows(address) == isAllowed)
    }

    @Test("commas, blanks and lines separate entries alike")
    func separators() {
        #expect(AllowList("a@x.example,b.example") == AllowList("  a@x.example\n\tb.example ,, "))
    }

    @Test("everybody is everybody")
    func everybody() {
        #expect(AllowList.everybody.allows("anybody@anywhere.example"))
    }

    @Test(
        "a list that names nobody, or something that is neither address nor domain, is none",
        arguments: [
            "", " ", ",", " ,\n", "@", "a@", "a@b@c", "ok.example a@@b", "*", "*.example.org", "https://example.org",
            "<a@example.org>",
        ])
    func junk(text: String) {
        #expect(AllowList(text) == nil)
    }
}
