import Testing

@testable import Rendering

@Suite struct LocaleWordsTests {
    private func words() throws -> LocaleWords { try Sample.set().words(kind: "reservation.confirm", locale: "en-GB") }

    private func time(
        _ hour: Int = 10, _ minute: Int = 0, offset: Int = -8 * 3600, zone: String = "America/Los_Angeles"
    ) throws -> LocalTime {
        try #require(
            LocalTime(
                year: 2027, month: 3, day: 4, weekday: 4, hour: hour, minute: minute, utcOffset: offset, zone: zone))
    }

    @Test func datesAndZonesAreWorded() throws {
        let words = try words()
        #expect(words.locale == "en" && words.direction == .leftToRight)
        #expect(words.date(try time()) == "Thursday, March 4, 2027")
        #expect(words.day(try time()) == "Thursday, March 4")
        #expect(words.zone(try time()) == "Pacific Time (UTC−8)")
    }

    @Test(arguments: [
        (0, 0, "12:00 AM"), (9, 5, "9:05 AM"), (11, 59, "11:59 AM"), (12, 0, "12:00 PM"), (23, 30, "11:30 PM"),
    ])
    func timesAreWorded(hour: Int, minute: Int, expected: String) throws {
        #expect(try words().time(time(hour, minute)) == expected)
    }

    @Test(arguments: [
        (0, "UTC"), (3600, "UTC+1"), (19_800, "UTC+5:30"), (-12_600, "UTC−3:30"), (20_700, "UTC+5:45"),
        (50_400, "UTC+14"),
        (-1800, "UTC−0:30"),
    ])
    func offsetsAreWorded(seconds: Int, expected: String) throws {
        #expect(try words().offset(seconds) == expected)
    }

    @Test func unknownZonesAreNamedByTheirCity() throws {
        let words = try words()
        #expect(words.zoneName("Asia/Tokyo") == "Tokyo time")
        #expect(words.zoneName("America/Port-au-Prince") == "Port-au-Prince time")
        #expect(words.zoneName("Asia/Ho_Chi_Minh") == "Ho Chi Minh time")
        #expect(words.zoneName("America/New_York") == "Eastern Time")
    }

    @Test func listsAndPlacesAreWorded() throws {
        let words = try words()
        #expect(words.list([]) == "" && words.list(["A"]) == "A" && words.list(["A", "B"]) == "A and B")
        #expect(words.list(["A", "B", "C", "D"]) == "A, B, C, and D")
        #expect(words.place(.virtual) == "By video, in your portal" && words.place(.phone) == "By phone")
        #expect(words.place(.inPerson("12 Main St {x}")) == "12 Main St {x}")
    }

    @Test func partsOutOfRangeAreNoTime() {
        #expect(
            LocalTime(year: 2027, month: 13, day: 4, weekday: 4, hour: 1, minute: 0, utcOffset: 0, zone: "UTC") == nil)
        #expect(
            LocalTime(year: 2027, month: 3, day: 4, weekday: 0, hour: 1, minute: 0, utcOffset: 0, zone: "UTC") == nil)
        #expect(
            LocalTime(year: 2027, month: 3, day: 4, weekday: 4, hour: 24, minute: 0, utcOffset: 0, zone: "UTC") == nil)
    }
}
