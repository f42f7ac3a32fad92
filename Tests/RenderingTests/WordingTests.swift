import Foundation
import Testing

@testable import Rendering

/// What the letters must say, and what they must never say.
@Suite struct WordingTests {
    private static let clinical = [
        "en": [
            "therap", "psych", "doctor", "dr.", "patient", "counsel", "mental", "treatment", "diagnos", "clinic",
            "medic", "health", "session", "assessment",
        ],
        "es": [
            "terap", "psic", "psiq", "doctor", "dr.", "dra.", "pacien", "consejer", "mental", "tratamiento",
            "diagn", "clínic", "médic", "salud", "sesión", "consulta",
        ],
        "ar": ["علاج", "نفس", "طبيب", "دكتور", "مريض", "عياد", "صح", "تشخيص", "جلسة"],
    ]

    private static let coverage = [
        "en": ["insur", "coverage", "payor", "payer", "new patient", "referral"],
        "es": ["asegura", "cobertura", "seguro médico", "póliza", "nuevo paciente", "paciente nuevo"],
        "ar": ["تأمين", "مريض جديد"],
    ]

    /// Locks show subject and preheader to whoever is near.
    @Test(arguments: Sample.letters) func inboxLineSaysNothingClinicalAndNoName(_ sample: Sample.Letter) throws {
        for letter in try Sample.shown(sample).map(\.letter) {
            let line = "\(letter.subject) \(letter.preheader)".lowercased()
            for word in try #require(Self.clinical[sample.locale]) + ["lindqvist", "amara", "o'neil", "zoë", "988"] {
                #expect(!line.contains(word), "\(word)")
            }
        }
    }

    @Test(arguments: Sample.letters) func coverageIsNeverNamed(_ sample: Sample.Letter) throws {
        for letter in try Sample.shown(sample).map(\.letter) {
            let words = "\(letter.subject) \(letter.preheader) \(letter.prose)".lowercased()
            for word in try #require(Self.coverage[sample.locale]) { #expect(!words.contains(word), "\(word)") }
        }
    }

    @Test(arguments: Sample.letters) func theCrisisLineIsInLettersToClientsAboutCareOnly(
        _ sample: Sample.Letter
    ) throws {
        let always = [
            "appointment.confirmed", "appointment.changed", "appointment.reschedule_request", "appointment.cancelled",
            "appointment.reminder", "checkin.due", "checkin.optout_decided",
        ]
        for shown in try Sample.shown(sample) {
            let isToClient =
                ["message.new", "appointment.series"].contains(sample.kind) && shown.flags.contains("reader.is_client")
            let isDue = shown.flags.contains("crisis.shown") && (always.contains(sample.kind) || isToClient)
            #expect(shown.letter.prose.contains("988 (call or text)") == isDue)
        }
    }

    @Test(arguments: Sample.letters) func onlyOptionalLettersCanBeTurnedOff(_ sample: Sample.Letter) throws {
        let isOptional = ["appointment.reminder", "task.digest", "survey.request"].contains(sample.kind)
        for letter in try Sample.shown(sample).map(\.letter) {
            #expect(letter.linksInText.contains { $0.contains("/l/pref/") } == isOptional)
        }
    }

    /// The link to change an appointment is there exactly while it can be used; after that the letter says whom to ask.
    @Test(arguments: Sample.letters.filter { Sample.kinds[$0.kind]?.uses["edit.open"] != nil })
    func changingIsOfferedOnlyWhileItIsPossible(_ sample: Sample.Letter) throws {
        let policy = ["en": "cancellation policy", "es": "política de cancelación", "ar": "سياسة الإلغاء"]
        for shown in try Sample.shown(sample) {
            let isOffered = shown.letter.linksInText.contains { $0.contains("/l/appt/") }
            #expect(isOffered == shown.flags.contains("edit.open"))
            #expect(shown.letter.prose.contains(try #require(policy[sample.locale])))
        }
    }

    /// A task that is not done costs nobody an appointment, and the letter names no form.
    @Test(arguments: ["en", "es"]) func tasksThreatenNothing(locale: String) throws {
        for shown in try Sample.shown(Sample.Letter(kind: "task.digest", locale: locale)) {
            // Once in the footer of every letter: not by reply.
            #expect(shown.letter.text.lowercased().components(separatedBy: "cancel").count == 2)
            let tasks = shown.letter.lines.filter { $0.hasPrefix("  - ") }.count
            #expect(tasks == (shown.flags.contains("tasks.several") ? 5 : 1))
            #expect(shown.letter.html.components(separatedBy: "<li").count == tasks + 1)
        }
    }

    /// A video appointment is joined from the portal; no letter holds an address to join.
    @Test func whereToMeetFollowsThePlace() throws {
        for (kind, locale) in [("appointment.confirmed", "en"), ("appointment.reminder", "en")] {
            func text(_ flag: String) throws -> String {
                try Sample.letter(kind, locale: locale, flags: [flag]).prose
            }
            #expect(try text("place.virtual").contains("join by video from your portal"))
            #expect(try text("place.in_person").contains("12 Main St"))
            #expect(try !text("place.in_person").contains("video") && !text("place.phone").contains("video"))
            #expect(try text("place.phone").contains("by phone"))
        }
    }

    /// A provider learns what an email was about that may not have arrived: a time, an invitation, or else a series.
    @Test(arguments: [
        ("en", ["about.time": "about this time", "about.invitation": "Your invitation", "": "about your series"]),
        (
            "es",
            ["about.time": "sobre este horario", "about.invitation": "Su invitación", "": "sobre su serie de citas"]
        ),
    ])
    func anEmailThatMayNotHaveArrivedIsToldByWhatItWasAbout(locale: String, words: [String: String]) throws {
        let held = ["en": "While the time is held", "es": "Mientras el horario esté guardado"]
        let letters = try Sample.shown(Sample.Letter(kind: "provider.bounce", locale: locale))
        for shown in letters {
            let about = words.keys.first { shown.flags.contains($0) } ?? ""
            for (flag, text) in words {
                #expect(shown.letter.prose.contains(text) == (flag == about), "\(about): \(text)")
            }
            #expect(shown.letter.prose.contains(try #require(held[locale])) == (about == "about.time"))
        }
        #expect(Set(letters.map(\.letter.subject)).count == 3)
    }

    /// Each appointment of a series is listed with where it is; what to do about one is said only while there is one.
    @Test(arguments: ["en", "es"]) func aSeriesIsListedWithItsPlaces(locale: String) throws {
        let words = try Sample.set().words(kind: "appointment.series", locale: locale)
        let aside = ["en": "If a time does not suit you", "es": "Si algún horario no le conviene"]
        for shown in try Sample.shown(Sample.Letter(kind: "appointment.series", locale: locale)) {
            let stands = shown.flags.contains("series.stands")
            #expect(shown.letter.lines.filter { $0.hasPrefix("  - ") }.count == (stands ? 3 : 0))
            for place in [words.place(.virtual), words.place(.phone), "12 Main St, Suite 4, Oakland"] {
                #expect(shown.letter.lines.contains("    " + place) == stands, "\(place)")
                #expect(shown.letter.html.contains("<br><bdi>\(place)</bdi></li>") == stands, "\(place)")
            }
            #expect(shown.letter.prose.contains(try #require(aside[locale])) == stands)
        }
    }

    /// Only a client has had links of their own, so only a client is told that earlier ones no longer work.
    @Test(arguments: ["en", "es"]) func onlyAClientIsToldOfLinksToAnEarlierAddress(locale: String) throws {
        let links = ["en": "Personal links to your account", "es": "Los enlaces personales a su cuenta"]
        for shown in try Sample.shown(Sample.Letter(kind: "security.notice", locale: locale)) {
            let isDue = shown.flags.isSuperset(of: ["event.address", "reader.is_client"])
            #expect(shown.letter.prose.contains(try #require(links[locale])) == isDue)
        }
    }

    /// The languages differ in words alone: the same links, and the same of the values a letter is given.
    @Test(arguments: Sample.kinds.keys.sorted()) func everyLanguageSaysTheSame(kind: String) throws {
        for flags in Sample.flagSets(of: kind) {
            let said = try Sample.set().localeNames(of: kind).map { locale in
                let words = try Sample.set().words(kind: kind, locale: locale)
                let letter = try Sample.letter(kind, locale: locale, flags: flags)
                let values = try Sample.values(kind, words, flags: flags).values
                let names = values.filter { _, value in
                    guard case .text(let text) = value, !text.hasPrefix("#") else { return false }
                    return Self.squeezed(letter.text).contains(Self.squeezed(text))
                }
                return (names: Set(names.keys), links: letter.linksInText, locale: locale)
            }
            for other in said.dropFirst() {
                #expect(other.names == said[0].names, "\(other.locale) \(flags)")
                #expect(other.links == said[0].links, "\(other.locale) \(flags)")
            }
        }
    }

    private static func squeezed(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "\u{200F}" }))
    }
}
