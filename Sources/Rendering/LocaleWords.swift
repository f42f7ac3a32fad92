/// The words of one language for dates, times, zones, lists and places, read from `_locales/<locale>.json`.
///
/// They are data instead of a library's because the same facts must give the same bytes for as long as letters are sent
/// again.
package struct LocaleWords: Sendable {
    /// The locale's tag, such as `en`.
    package let locale: String
    /// Which way the language runs.
    package let direction: TextDirection
    let weekdays: [String]
    let months: [String]
    let sentences: [Pattern: Sentence]
    let zones: [String: String]

    /// The sentences and joints a locale file must have, each with the fields it may use.
    enum Pattern: String, CaseIterable, Sendable {
        case date, day, time, zone
        case morning, afternoon
        case utc, offset, offsetMinutes = "offset_minutes", plus, minus
        case zoneFallback = "zone_fallback"
        case listSeparator = "list_separator", listPair = "list_pair", listLast = "list_last"
        case placeVirtual = "place_virtual", placePhone = "place_phone"
        case calendarSummary = "calendar_summary"
        case taskAcceptAgreements = "task_accept_agreements", taskIntakeForm = "task_intake_form"
        case taskAssessment = "task_assessment", taskSurvey = "task_survey"
        case taskScheduleFollowUp = "task_schedule_follow_up"

        var fields: Set<String> {
            switch self {
            case .date: ["weekday", "month", "day", "year"]
            case .day: ["weekday", "month", "day"]
            case .time: ["hour12", "hour24", "minute", "period"]
            case .zone: ["name", "offset"]
            case .offset: ["sign", "hours"]
            case .offsetMinutes: ["sign", "hours", "minutes"]
            case .zoneFallback: ["city"]
            case .morning, .afternoon, .utc, .plus, .minus, .listSeparator, .listPair, .listLast, .placeVirtual,
                .placePhone, .calendarSummary, .taskAcceptAgreements, .taskIntakeForm, .taskAssessment, .taskSurvey,
                .taskScheduleFollowUp:
                []
            }
        }
    }

    /// `Thursday, March 4, 2027`.
    package func date(_ time: LocalTime) -> String { filled(.date, dateFields(time)) }

    /// `Thursday, March 4`, for a subject.
    package func day(_ time: LocalTime) -> String { filled(.day, dateFields(time)) }

    /// `10:00 AM`.
    package func time(_ time: LocalTime) -> String {
        filled(
            .time,
            [
                "hour12": String((time.hour + 11) % 12 + 1), "hour24": Self.twoDigits(time.hour),
                "minute": Self.twoDigits(time.minute), "period": word(time.hour < 12 ? .morning : .afternoon),
            ])
    }

    /// `Pacific Time (UTC−8)`.
    package func zone(_ time: LocalTime) -> String {
        filled(.zone, ["name": zoneName(time.zone), "offset": offset(time.utcOffset)])
    }

    /// `Pacific Time`; for a zone without a name of its own, `Tokyo time` from the identifier's last component.
    package func zoneName(_ identifier: String) -> String {
        if let name = zones[identifier] { return name }
        let city = identifier.split(separator: "/").last.map(String.init) ?? identifier
        return filled(.zoneFallback, ["city": city.split(separator: "_").joined(separator: " ")])
    }

    /// Whether a zone has a name of its own here, and is not called after its identifier.
    package func hasName(ofZone identifier: String) -> Bool { zones[identifier] != nil }

    /// The offset from UTC, such as `UTC−8` or `UTC+5:30`.
    ///
    /// Seconds that are no whole minute, which only history has, are left out.
    package func offset(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        guard minutes > 0 else { return word(.utc) }
        let fields = [
            "sign": word(seconds < 0 ? .minus : .plus), "hours": String(minutes / 60),
            "minutes": Self.twoDigits(minutes % 60),
        ]
        return filled(minutes % 60 == 0 ? .offset : .offsetMinutes, fields)
    }

    /// Items joined as the language joins them, with its word for “and” before the last.
    package func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        let front = items.dropLast()
        let joint = word(items.count == 2 ? .listPair : .listLast)
        return front.joined(separator: word(.listSeparator)) + joint + last
    }

    /// Where an appointment is held.
    package enum Place: Sendable, Equatable {
        /// By video, in the client's portal.
        case virtual
        /// By telephone; no number is ever written.
        case phone
        /// At this address, which is printed as the practice wrote it.
        case inPerson(String)
    }

    /// `By video, in your portal`, `By phone`, or the address.
    package func place(_ place: Place) -> String {
        switch place {
        case .virtual: word(.placeVirtual)
        case .phone: word(.placePhone)
        case .inPerson(let address): address
        }
    }

    /// What a client has yet to do; the raw values are `booking.signup_task.kind`'s.
    package enum Task: String, CaseIterable, Sendable {
        /// Agreements to sign.
        case acceptAgreements = "accept_agreements"
        /// A form to fill in before the first appointment.
        case intakeForm = "intake_form"
        /// A questionnaire, whose subject is never named.
        case assessment
        /// A question about the practice's work.
        case survey
        /// An appointment to choose.
        case scheduleFollowUp = "schedule_follow_up"
    }

    /// What a letter calls a task: a few words that name neither the form nor a condition.
    package func title(of task: Task) -> String {
        switch task {
        case .acceptAgreements: word(.taskAcceptAgreements)
        case .intakeForm: word(.taskIntakeForm)
        case .assessment: word(.taskAssessment)
        case .survey: word(.taskSurvey)
        case .scheduleFollowUp: word(.taskScheduleFollowUp)
        }
    }

    /// All that a calendar says of an appointment: `Appointment`.
    package var calendarSummary: String { word(.calendarSummary) }

    private func dateFields(_ time: LocalTime) -> [String: String] {
        [
            "weekday": weekdays[time.weekday - 1], "month": months[time.month - 1], "day": String(time.day),
            "year": String(time.year),
        ]
    }

    private func word(_ pattern: Pattern) -> String { filled(pattern, [:]) }

    private func filled(_ pattern: Pattern, _ fields: [String: String]) -> String {
        sentences[pattern]?.filled(fields) ?? ""
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
