import Testing

@testable import Rendering

@Suite struct LocaleWordsTests {
    private func words(_ locale: String = "en-GB") throws -> LocaleWords {
        try Sample.set().words(kind: "reservation.confirm", locale: locale)
    }

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

    @Test func spanishWritesDatesAsItsReadersDo() throws {
        let words = try words("es-MX")
        #expect(words.locale == "es" && words.direction == .leftToRight)
        #expect(words.date(try time()) == "jueves 4 de marzo de 2027")
        #expect(words.day(try time()) == "jueves 4 de marzo")
        #expect(words.time(try time(13, 5)) == "1:05\u{A0}p.\u{A0}m.")
        #expect(words.zone(try time()) == "hora del Pacífico (UTC−8)")
        #expect(words.zoneName("Asia/Tokyo") == "hora de Tokyo")
        #expect(words.list(["A", "B", "C"]) == "A, B y C")
    }

    @Test func arabicRunsFromTheRight() throws {
        let words = try words("ar")
        #expect(words.locale == "ar" && words.direction == .rightToLeft)
        #expect(words.date(try time()) == "الخميس 4 مارس 2027")
        #expect(words.time(try time(0, 30)) == "12:30\u{A0}ص")
        #expect(words.zone(try time()) == "توقيت المحيط الهادئ (UTC−8)")
    }

    /// A zone named in one language and not in another would be a city's in English there.
    @Test(arguments: ["es", "ar"]) func everyLanguageNamesTheSameZones(locale: String) throws {
        #expect(try Set(words(locale).zones.keys) == Set(words().zones.keys))
        #expect(try Set(words(locale).weekdays + words(locale).months).count == 19)
    }

    @Test(arguments: ["en", "es", "ar"]) func everyTaskHasATitleAndTheCalendarASummary(locale: String) throws {
        let words = try words(locale)
        let titles = Set(LocaleWords.Task.allCases.map(words.title))
        #expect(titles.count == LocaleWords.Task.allCases.count && !titles.contains(""))
        #expect(words.calendarSummary == ["en": "Appointment", "es": "Cita", "ar": "موعد"][locale])
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
