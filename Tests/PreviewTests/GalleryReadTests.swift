import BookingLinks
import Foundation
import Mail
import TestSupport
import Testing

@testable import Notifications
@testable import Preview
@testable import Rendering

@Suite("The repository's own gallery")
struct GalleryReadTests {
    private let gallery: Gallery

    init() throws {
        gallery = try Real.gallery()
    }

    @Test("nothing is wrong with it")
    func clean() throws {
        #expect(gallery.findings.map { "\($0.location ?? ""): \($0.message)" } == [])
    }

    @Test("every kind is shown in every language it is written in, in every scenario", arguments: Kind.all)
    func complete(kind: Kind) throws {
        let templates = try TemplateSet(directory: Real.templates, kinds: Kind.templateNames)
        let own = gallery.specimens.filter { $0.id.kind == kind.name }
        let scenarios = Set(own.map(\.id.scenario))
        #expect(scenarios.isSuperset(of: ["ordinary", "longest", "hostile", "right-to-left"]))
        for locale in templates.localeNames(of: kind.name) {
            let letters = own.filter { $0.id.locale == locale }
            #expect(Set(letters.map(\.id.scenario)) == scenarios)
            #expect(letters.allSatisfy { $0.letter.locale == locale })
        }
        #expect(own.allSatisfy { !$0.title.isEmpty })
    }

    /// What a template can show hangs on flags and lists alone, so these are what scenarios have to vary.
    @Test("every flag of every kind is set in one scenario and not set in another", arguments: Kind.all)
    func everyBranch(kind: Kind) throws {
        let words = try #require(try LocaleWords.english())
        let claims = gallery.specimens.filter { $0.id.kind == kind.name && $0.id.locale == "en" }.map(\.claim)
        let values = claims.map { kind.values($0, words) }
        for (name, use) in kind.names.uses.sorted(by: { $0.key < $1.key }) {
            guard case .flag = use else { continue }
            for state in [true, false] {
                #expect(values.contains { $0[name] == .flag(state) }, "no scenario in which \(name) is \(state)")
            }
        }
        for purpose in kind.optionalLinks {
            #expect(claims.contains { $0.carries(purpose) } && claims.contains { !$0.carries(purpose) }, "\(purpose)")
        }
    }

    @Test("a change nobody was told of is shown as the confirmation it becomes")
    func rewording() throws {
        let changed = gallery.specimens.filter { $0.id.kind == "appointment.changed" }
        #expect(
            changed.contains { Kind.appointmentChanged.wording(of: $0.claim.facts).name == "appointment.confirmed" })
    }

    @Test("the same folder gives the same letters, to the byte")
    func deterministic() throws {
        let again = try Real.readAgain()
        #expect(again.specimens.map(\.id) == gallery.specimens.map(\.id))
        // By name: the letters themselves would fill the log.
        let differing = zip(again.specimens, gallery.specimens).filter {
            $0.letter.message.bytes != $1.letter.message.bytes
        }
        #expect(differing.map(\.0.id.path) == [])
        let names = Set(gallery.specimens.map(\.claim.job.messageUUID))
        #expect(names.count == Set(gallery.specimens.map { "\($0.id.kind)/\($0.id.scenario)" }).count)
        for id in names {
            let version = "\(id)".dropFirst(14).first
            #expect(version == "8")
        }
    }

    /// Swift adds an offset and a weekday to what a scenario says; PostgreSQL knows the zone.
    @Test("every wall clock is the one that PostgreSQL computes for its moment and zone")
    func wallClocks() async throws {
        let clocks = Set(gallery.specimens.flatMap { WallClock.all(in: $0.claim.facts) }.map(\.inSQL))
        #expect(clocks.count > 40)
        try await withInstallation { site in
            let wrong = try await site.sql(
                """
                SELECT told, zone, holdfast.wall_clock(moment, zone)
                FROM (VALUES \(clocks.sorted().joined(separator: ",\n"))) AS v (told, moment, zone)
                WHERE told IS DISTINCT FROM holdfast.wall_clock(moment, zone)
                """)
            #expect(wrong == "")
        }
    }

    @Test("a letter's moments are those its calendar and its links have")
    func moments() throws {
        for specimen in gallery.specimens {
            guard let facts = specimen.claim.facts.reservation else { continue }
            #expect(facts.span?.startsAt == facts.starts.instant, "\(specimen.id.path)")
            for (purpose, clock) in [("rsv", facts.deadline), ("appt", facts.linkEnd)] {
                let link = specimen.claim.links.first { $0.purpose.rawValue == purpose }
                #expect(link?.expiresAt == clock?.instant, "\(specimen.id.path)")
            }
        }
    }
}

extension LocaleWords {
    fileprivate static func english() throws -> LocaleWords? {
        let path = "\(Real.templates)/_locales/en.json"
        return LocaleFile(try String(contentsOfFile: path, encoding: .utf8), path: path, locale: "en").words
    }
}

extension WallClock {
    /// Every wall clock that a value holds, at whatever depth: facts that come later are found too.
    fileprivate static func all(in value: Any) -> [WallClock] {
        if let clock = value as? WallClock { return [clock] }
        return Mirror(reflecting: value).children.flatMap { all(in: $0.value) }
    }

    fileprivate var instant: Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(
            year: time.year, month: time.month, day: time.day, hour: time.hour, minute: time.minute,
            second: -time.utcOffset)
        return calendar.date(from: parts) ?? .distantPast
    }

    /// The text of `holdfast.wall_clock`, the moment and the zone, as a row of VALUES.
    fileprivate var inSQL: String {
        let told = String(
            format: "%04d-%02d-%02d %d %02d:%02d %d", time.year, time.month, time.day, time.weekday, time.hour,
            time.minute, time.utcOffset)
        return "('\(told)', to_timestamp(\(Int(instant.timeIntervalSince1970))), '\(time.zone)')"
    }
}
