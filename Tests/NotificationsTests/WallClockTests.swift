import Rendering
import Testing

@testable import Notifications

@Suite("Wall clock")
struct WallClockTests {
    @Test(
        "the database's wording is read into its parts",
        arguments: [
            ("2027-03-04 4 10:00 -28800", [2027, 3, 4, 4, 10, 0, -28_800]),
            ("2027-12-31 5 23:59 0", [2027, 12, 31, 5, 23, 59, 0]),
            ("2028-02-29 2 00:00 20700", [2028, 2, 29, 2, 0, 0, 20_700]),
            ("0001-01-01 1 08:05 50400", [1, 1, 1, 1, 8, 5, 50_400]),
        ])
    func good(text: String, parts: [Int]) throws {
        let time = try WallClock(text, zone: "Asia/Kathmandu").time
        #expect([time.year, time.month, time.day, time.weekday, time.hour, time.minute, time.utcOffset] == parts)
        #expect(time.zone == "Asia/Kathmandu")
    }

    @Test(
        "anything else is refused without being quoted",
        arguments: [
            "", " ", "2027-03-04", "2027-03-04 4 10:00", "2027-03-04 4 10:00 -28800 7", "2027-03-04 10:00 -28800",
            "2027-03-04 0 10:00 0",
            "2027-03-04 8 10:00 0", "2027-13-04 4 10:00 0", "2027-00-04 4 10:00 0", "2027-03-32 4 10:00 0",
            "2027-03-04 4 24:00 0",
            "2027-03-04 4 10:60 0", "2027-03-04 4 10:00 86400", "2027-03-04 4 10:00 -86400", "12027-03-04 4 10:00 0",
            "2027-03-04 4 10:00 UTC",
            "2027-03-04 Thu 10:00 0", "2027-03-04 4 10:00 --5", "2027-03-04 4 10:00 99999999999999999999", "infinity",
            "2027-03-04T10:00:00Z",
            "0000-03-04 4 10:00 0", "-2027-03-04 4 10:00 0", "2027-03-04 4 1O:00 0",
        ])
    func malformed(text: String) {
        let error = #expect(throws: MalformedFact.self) { try WallClock(text, zone: "UTC") }
        if text.count > 3 { #expect(error?.description.contains(text) == false) }
    }
}
