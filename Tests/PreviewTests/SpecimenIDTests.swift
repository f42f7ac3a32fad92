import Preview
import Testing

@Suite("Names of letters")
struct SpecimenIDTests {
    @Test("letters are in the order of kinds, then scenarios, then languages")
    func order() {
        let names = [("b", "en", "x"), ("a", "es", "x"), ("a", "en", "y"), ("a", "en", "x")]
        let sorted = names.map { SpecimenID(kind: $0.0, locale: $0.1, scenario: $0.2) }.sorted()
        #expect(sorted.map(\.path) == ["a/en/x", "a/es/x", "a/en/y", "b/en/x"])
    }
}
