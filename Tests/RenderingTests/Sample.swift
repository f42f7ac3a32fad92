import Foundation
import Testing

@testable import Rendering

/// Every kind of letter: the names its templates may use, and values for them in every language.
enum Sample {
    /// The repository's own templates.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Templates").path(percentEncoded: false)

    /// One kind in one language.
    struct Letter: Sendable, CustomTestStringConvertible {
        let kind: String
        let locale: String
        var testDescription: String { "\(kind)/\(locale)" }
    }

    static let letters: [Letter] = kinds.keys.sorted().flatMap { kind in
        ((try? set().localeNames(of: kind)) ?? []).map { Letter(kind: kind, locale: $0) }
    }

    /// A letter as it was rendered with these flags.
    struct Shown: Sendable {
        let flags: Set<String>
        let letter: RenderedLetter
    }

    /// The letter with every set of flags it can have; rendered once, for all tests.
    static func shown(_ letter: Letter) throws -> [Shown] { try allShown.get()[letter.testDescription] ?? [] }

    private static let allShown = Result {
        try Dictionary(
            uniqueKeysWithValues: letters.map { sample in
                let shown = try flagSets(of: sample.kind).map {
                    Shown(flags: $0, letter: try letter(sample.kind, locale: sample.locale, flags: $0))
                }
                return (sample.testDescription, shown)
            })
    }

    private static let loaded = Result { try TemplateSet(directory: folder, kinds: kinds) }

    static func set() throws -> TemplateSet { try loaded.get() }

    /// A letter with these flags set and all its others not; values that belong to a flag that is not set are absent.
    ///
    /// `moment`, where given, is what every date and time of the letter is.
    static func letter(
        _ kind: String, locale: String = "en", flags: Set<String>? = nil, moment: LocalTime? = nil,
        _ changes: TemplateValues = [:]
    ) throws -> RenderedLetter {
        let flags = flags ?? flagSets(of: kind)[0]
        let words = try set().words(kind: kind, locale: locale)
        let values = try values(kind, words, flags: flags, moment: moment).merging(changes)
        return try set().render(kind: kind, locale: locale, values: values)
    }

    // MARK: - Names

    private static let everyLetter: TemplateNames = [
        "brand.name": .text, "brand.accent": .color, "brand.accent_on_dark": .color, "brand.button": .color,
        "brand.button_text": .color, "support.url": .url, "portal.url": .url, "welcome.url": .url,
        "welcome.shown": .flag, "crisis.line": .text, "crisis.shown": .flag,
    ]

    static let kinds: [String: TemplateNames] = [
        "reservation.confirm": names([client, provider, place], at: ["when", "hold"], ["hold.again"], links: ["rsv"]),
        "reservation.nudge": names([client, provider, place], at: ["when", "hold"], links: ["rsv"]),
        "reservation.released": names([client, provider, rebook], at: ["when"]),
        "provider.hold_expired": names([provider, visitor], at: ["when"]),
        "provider.declined": names([provider, visitor], at: ["when"]),
        "provider.bounce": names([provider, visitor], at: ["when"], ["about.time", "about.invitation"]),
        "provider.invite": names([client, provider], at: ["until"], links: ["inv"]),
        "appointment.confirmed": names(
            [client, provider, place, meeting], at: ["when", "cutoff"], ["edit.open", "act.open", "tasks.agreements"],
            links: ["appt", "act"]),
        "appointment.changed": names(
            [client, provider, place, meeting], at: ["when", "cutoff"], ["edit.open", "tasks.agreements"],
            links: ["appt"]),
        "appointment.reschedule_request": names([client, provider], at: ["when", "until"], links: ["appt"]),
        "appointment.series": names(
            [reader, provider, visitor, ["series.list": .list(["time": .text, "place": .text])]],
            ["reader.is_client", "change.moved", "series.stands"]),
        "appointment.cancelled": names([client, provider, rebook], at: ["when"], ["change.by_client"]),
        "provider.appointment": names([provider, visitor, place], at: ["when"], ["change.moved"]),
        "provider.cancelled": names([provider, visitor], at: ["when"], ["change.by_client"]),
        "appointment.reminder": names(
            [client, provider, place, meeting], at: ["when", "cutoff"], ["reminder.soon", "edit.open"],
            links: ["appt", "pref"]),
        "portal.activate": names([client, ["client.email": .text]], at: ["until"], links: ["act"]),
        "task.digest": names([client, tasks], at: ["until"], links: ["task", "pref"]),
        "checkin.due": names([client], at: ["until"], links: ["task"]),
        "checkin.optout_requested": names([provider, visitor]),
        "checkin.optout_decided": names([client], ["decision.approved"]),
        "survey.request": names([client], at: ["until"], links: ["task", "pref"]),
        "message.new": names([reader], ["reader.is_client"]),
        "security.notice": names(
            [reader], at: ["when"],
            [
                "reader.is_client", "event.address", "event.to_old", "event.login", "event.two_step_on",
                "event.two_step_off",
            ]),
    ]

    private static let client: TemplateNames = ["client.name": .text]
    private static let provider: TemplateNames = ["provider.name": .text]
    private static let visitor: TemplateNames = ["visitor.first_name": .text]
    private static let reader: TemplateNames = ["reader.name": .text]
    private static let place: TemplateNames = ["place.text": .text]
    private static let meeting: TemplateNames = [
        "place.virtual": .flag, "place.in_person": .flag, "place.phone": .flag,
    ]
    private static let rebook: TemplateNames = ["rebook.url": .url]
    private static let tasks: TemplateNames = [
        "tasks.count": .text, "tasks.several": .flag, "tasks.list": .list(["title": .text]),
    ]

    private static func names(
        _ groups: [TemplateNames], at moments: [String] = [], _ flags: [String] = [], links: [String] = []
    ) -> TemplateNames {
        var own: [String: TemplateNames.Use] = [:]
        for moment in moments {
            for part in ["day", "date", "time", "zone"] { own["\(moment).\(part)"] = .text }
        }
        for flag in flags { own[flag] = .flag }
        for link in links { own["link.\(link)"] = .url }
        return groups.reduce(everyLetter.merging(TemplateNames(own))) { $0.merging($1) }
    }

    // MARK: - Flags

    /// Flags of which exactly one is set.
    private static let oneOf = [
        ["place.virtual", "place.in_person", "place.phone"],
        ["event.address", "event.login", "event.two_step_on", "event.two_step_off"],
    ]

    /// Flags of which at most one is set.
    private static let atMostOneOf = [["about.time", "about.invitation"]]

    /// Every set of flags that a kind's letter can have; in the first everything is shown that can be.
    static func flagSets(of kind: String) -> [Set<String>] {
        let flags = (kinds[kind]?.names ?? []).filter { kinds[kind]?.uses[$0] == .flag }
        var sets: [Set<String>] = [[]]
        for choice in oneOf where flags.contains(choice[0]) {
            sets = choice.flatMap { flag in sets.map { $0.union([flag]) } }
        }
        for choice in atMostOneOf where flags.contains(choice[0]) {
            sets = choice.flatMap { flag in sets.map { $0.union([flag]) } } + sets
        }
        for flag in flags where !(oneOf + atMostOneOf).joined().contains(flag) {
            sets = sets.map { $0.union([flag]) } + sets
        }
        return sets
    }

    /// What is supplied only while a flag is set: names, or whole groups.
    private static let shownBy = [
        "crisis.shown": ["crisis.line"], "welcome.shown": ["welcome.url"], "edit.open": ["cutoff", "link.appt"],
        "act.open": ["link.act"], "about.time": ["when"],
    ]

    // MARK: - Values

    static let link =
        "https://book.example.org/l/rsv/v4.public." + String(repeating: "eyJhdWQi_-", count: 32)
        + ".eyJraWQiOiIyMDI2LTAzYSJ9"

    private static let address = "12 Main St, Suite 4, Oakland"

    private static let texts = [
        "brand.name": "Larkspur Practice", "support.url": "https://help.example.org",
        "portal.url": "https://portal.example.org", "welcome.url": "https://portal.example.org/welcome",
        "rebook.url": "https://book.example.org/amara-lindqvist",
        "crisis.line": "988 (call or text)", "client.name": "Zoë O'Neil", "client.email": "zoe.oneil@example.org",
        "provider.name": "Dr. Amara Lindqvist", "visitor.first_name": "Zoë", "reader.name": "Zoë O'Neil",
        "tasks.count": "5",
    ]

    private static let times: [String: LocalTime] = [
        "when": LocalTime(
            year: 2027, month: 3, day: 4, weekday: 4, hour: 10, minute: 0, utcOffset: -28_800,
            zone: "America/Los_Angeles"),
        "hold": LocalTime(
            year: 2027, month: 3, day: 2, weekday: 2, hour: 17, minute: 0, utcOffset: -28_800,
            zone: "America/Los_Angeles"),
        "cutoff": LocalTime(
            year: 2027, month: 3, day: 3, weekday: 3, hour: 10, minute: 0, utcOffset: -28_800,
            zone: "America/Los_Angeles"),
        "until": LocalTime(
            year: 2027, month: 3, day: 3, weekday: 3, hour: 9, minute: 0, utcOffset: -28_800,
            zone: "America/Los_Angeles"),
    ].compactMapValues { $0 }

    static func values(
        _ kind: String, _ words: LocaleWords, flags: Set<String>, moment: LocalTime? = nil
    ) throws -> TemplateValues {
        let names = kinds[kind] ?? [:]
        let absent = Set(shownBy.filter { names.uses[$0.key] != nil && !flags.contains($0.key) }.values.joined())
        var values = BrandColor("#2f6f5e")?.values ?? [:]
        for (name, use) in names.uses where values[name] == nil {
            let group = String(name.prefix { $0 != "." })
            if absent.contains(name) || absent.contains(group) { continue }
            values[name] =
                switch use {
                case .flag: .flag(flags.contains(name))
                case .list where name == "series.list": .list(try series(words, flags: flags, moment: moment))
                case .list:
                    .list(
                        (flags.contains("tasks.several") ? LocaleWords.Task.allCases : [.intakeForm]).map {
                            ["title": .text(words.title(of: $0))]
                        })
                case .text, .url, .color:
                    .text(try text(name, words, flags: flags, moment: moment))
                }
        }
        return values
    }

    private static func series(
        _ words: LocaleWords, flags: Set<String>, moment: LocalTime?
    ) throws -> [TemplateValues] {
        guard flags.contains("series.stands"), let time = moment ?? times["when"] else { return [] }
        let line = [words.date(time), words.time(time), words.zone(time)].joined(separator: ", ")
        return [.virtual, .inPerson(address), .phone].map {
            ["time": .text(line), "place": .text(words.place($0))]
        }
    }

    private static func text(
        _ name: String, _ words: LocaleWords, flags: Set<String>, moment: LocalTime? = nil
    ) throws -> String {
        if let text = texts[name] { return text }
        if name.hasPrefix("link.") { return link.replacing("/rsv/", with: "/\(name.dropFirst(5))/") }
        if name == "place.text" {
            if flags.contains("place.phone") { return words.place(.phone) }
            return words.place(flags.contains("place.in_person") ? .inPerson(address) : .virtual)
        }
        let parts = name.split(separator: ".").map(String.init)
        guard let time = moment ?? times[parts[0]] else { throw RenderingError.undeclaredValue(name: name) }
        switch parts[1] {
        case "day": return words.day(time)
        case "date": return words.date(time)
        case "time": return words.time(time)
        default: return words.zone(time)
        }
    }
}
