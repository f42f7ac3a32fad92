import Foundation
import Testing

@testable import BookingLinks

@Suite("Instants as text") struct InstantTests {
    @Test(
        "known instants",
        arguments: [
            (0.0, "1970-01-01T00:00:00Z"), (1_772_643_600, "2026-03-04T17:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (0.999, "1970-01-01T00:00:00Z"),
            (-0.001, "1969-12-31T23:59:59Z"),
        ])
    func known(seconds: Double, text: String) {
        #expect(Instant.text(Date(timeIntervalSince1970: seconds)) == text)
        #expect(Instant.parse(text.utf8) == Date(timeIntervalSince1970: seconds.rounded(.down)))
    }

    @Test("agrees with Foundation over eight centuries, and comes back")
    func againstFoundation() {
        for step in 0..<20_000 {
            let instant = Date(timeIntervalSince1970: Double(-11_676_096_000 + step * 1_234_567))
            let text = instant.formatted(.iso8601)
            #expect(Instant.text(instant) == text)
            #expect(Instant.parse(text.utf8) == instant)
        }
    }

    @Test(
        "instants without a text",
        arguments: [-62_135_596_801, 253_402_300_800, .infinity, -.infinity, .nan] as [Double])
    func outside(seconds: Double) {
        #expect(Instant.text(Date(timeIntervalSince1970: seconds)) == nil)
    }

    @Test(
        "other spellings are refused",
        arguments: [
            "", "2026-03-04", "2026-03-04T17:00:00", "2026-03-04 17:00:00Z", "2026-13-04T17:00:00Z",
            "2026-00-04T17:00:00Z",
            "2026-03-00T17:00:00Z", "2026-02-29T17:00:00Z", "2100-02-29T17:00:00Z", "2026-03-04T17:60:00Z",
            "+026-03-04T17:00:00Z", "0000-01-01T00:00:00Z", "2026-03-04T17:00:00ZZ",
        ])
    func otherSpellings(text: String) {
        #expect(Instant.parse(text.utf8) == nil)
    }
}
