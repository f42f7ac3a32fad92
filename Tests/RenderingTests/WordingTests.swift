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
            let isToClient = sample.kind == "message.new" && shown.flags.contains("reader.is_client")
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
