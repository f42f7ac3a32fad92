import BookingLinks
import Foundation
import Mail
import Testing

@testable import Notifications
@testable import Rendering

@Suite("What a kind gives its template")
struct KindValuesTests {
    private let templates: TemplateSet

    init() throws {
        templates = try Samples.templates()
    }

    @Test("every letter can be written, whichever of the links it can do without are missing", arguments: Kind.all)
    func writable(kind: Kind) throws {
        let writer = try Samples.writer()
        for links in Self.choices(kind) {
            for facts in try variants(kind) {
                _ = try writer.write(kind, for: Samples.claim(kind, facts, links: links))
            }
        }
    }

    @Test("every value has a declared name, and every flag and list has a value", arguments: Kind.all)
    func declared(kind: Kind) throws {
        for links in Self.choices(kind) {
            for facts in try variants(kind) {
                let claim = Samples.claim(kind, facts, links: links)
                let values = kind.values(claim, try words(kind))
                for name in kind.names.names {
                    switch (kind.names.uses[name], values[name]) {
                    case (.flag?, .flag?), (.list?, .list?), (.text?, .text?): continue
                    // Only letters with something to say of a moment have it.
                    case (.text?, nil)
                    where ["cutoff", "when", "hold", "until"].contains(name.split(separator: ".")[0]):
                        continue
                    default: Issue.record("\(kind.name): \(name) has no value of its kind")
                    }
                }
            }
        }
    }

    @Test("what a letter says of a link agrees with the link it carries")
    func flagsAgreeWithLinks() throws {
        let flags: [(Kind, String, LinkPurpose)] = [
            (.appointmentConfirmed, "edit.open", .appt), (.appointmentConfirmed, "act.open", .act),
            (.appointmentChanged, "edit.open", .appt), (.appointmentReminder, "edit.open", .appt),
        ]
        for (kind, flag, purpose) in flags {
            let facts = try Samples.wanted(kind)
            func said(_ links: [IssuedLink]) throws -> TemplateValue? {
                kind.values(Samples.claim(kind, facts, links: links), try words(kind))[flag]
            }
            #expect(try said([Samples.link(purpose)]) == .flag(true))
            #expect(try said([]) == .flag(false))
            #expect(try said([Samples.link(purpose, isRevoked: true)]) == .flag(false))
            #expect(try said([Samples.link(purpose, expiresAt: Samples.now)]) == .flag(false))
            #expect(try said([Samples.link(purpose, expiresAt: Samples.now + 1)]) == .flag(true))
            #expect(try said([Samples.link(.pref)]) == .flag(false))
        }
        // A link issued in time is not shown when time is up at a later attempt, although it works until the start.
        let late = try Samples.appointment { $0.isEditable = false }
        let claim = Samples.claim(.appointmentConfirmed, late, links: [Samples.link(.appt)])
        #expect(Kind.appointmentConfirmed.values(claim, try words(.appointmentConfirmed))["edit.open"] == .flag(false))
    }

    @Test("a change with nothing told is worded as a confirmation, its calendar part included")
    func rewording() throws {
        let first = try Samples.appointment()
        #expect(Kind.appointmentChanged.wording(of: first).name == "appointment.confirmed")
        let again = try Samples.appointment { $0.told = .otherwise }
        #expect(Kind.appointmentChanged.wording(of: again).name == "appointment.changed")
        for kind in Kind.all where kind.name != "appointment.changed" {
            #expect(kind.wording(of: try Samples.wanted(kind)).name == kind.name)
        }
    }

    @Test("an appointment goes into the calendar, and a cancelled one out of it where it was entered")
    func calendar() throws {
        let expected: [String: CalendarEvent.Method] = [
            "appointment.confirmed": .request, "appointment.changed": .request, "appointment.cancelled": .cancel,
        ]
        for kind in Kind.all {
            #expect(kind.calendar(try Samples.wanted(kind))?.method == expected[kind.name], "\(kind.name)")
        }
        let entry = try #require(Kind.appointmentConfirmed.calendar(try Samples.appointment()))
        #expect(entry.reservationID == Samples.subject && entry.sequence == 3 && entry.place == .virtual)
        #expect(entry.endsAt.timeIntervalSince(entry.startsAt) == 3000)
        #expect(Kind.appointmentCancelled.calendar(try Samples.appointment(state: "cancelled")) == nil)
    }

    @Test("letters tell what is news to their reader")
    func flags() throws {
        func value(_ kind: Kind, _ facts: Facts, _ name: String) throws -> TemplateValue? {
            kind.values(Samples.claim(kind, facts), try words(kind))[name]
        }
        for (told, isNews) in [(Told.nothing, false), (.same, true), (.otherwise, true)] {
            let hold = try Samples.reservation { $0.told = told }
            #expect(try value(.reservationConfirm, hold, "hold.again") == .flag(isNews))
            let visit = try Samples.appointment { $0.told = told }
            #expect(try value(.providerAppointment, visit, "change.moved") == .flag(isNews))
        }
        for isClient in [true, false] {
            let visit = try Samples.appointment(state: "cancelled") { $0.isChangedByClient = isClient }
            #expect(try value(.appointmentCancelled, visit, "change.by_client") == .flag(isClient))
            #expect(try value(.providerCancelled, visit, "change.by_client") == .flag(isClient))
            #expect(try value(.messageNew, Samples.thread(isToClient: isClient), "reader.is_client") == .flag(isClient))
        }
        #expect(try value(.providerBounce, Samples.reservation(), "about.time") == .flag(true))
        #expect(try value(.providerBounce, Samples.invitation(), "about.time") == .flag(false))
        #expect(try value(.providerBounce, Samples.invitation(), "about.invitation") == .flag(true))
        #expect(try value(.providerBounce, Samples.series(), "about.time") == .flag(false))
        #expect(try value(.providerBounce, Samples.series(), "about.invitation") == .flag(false))
        #expect(
            try value(.providerBounce, Samples.invitation(inviteeName: "Ngũgĩ wa Thiong’o"), "visitor.first_name")
                == .text("Ngũgĩ"))
        #expect(
            try value(.appointmentReminder, Samples.appointment { $0.isSoon = true }, "reminder.soon") == .flag(true))
        #expect(
            try value(.appointmentConfirmed, Samples.appointment { $0.hasAgreements = true }, "tasks.agreements")
                == .flag(true))
        for place in [Place.virtual, .inPerson, .phone] {
            let facts = try Samples.reservation(state: "confirmed", place: place, placeText: "1 Main St")
            #expect(try value(.appointmentConfirmed, facts, "place.virtual") == .flag(place == .virtual))
            #expect(try value(.appointmentConfirmed, facts, "place.in_person") == .flag(place == .inPerson))
            #expect(try value(.appointmentConfirmed, facts, "place.phone") == .flag(place == .phone))
        }
    }

    @Test("a digest names and counts each sort of task once, by what is to be done")
    func digest() throws {
        let words = try words(.taskDigest)
        func values(_ tasks: String...) throws -> TemplateValues {
            Kind.taskDigest.values(
                Samples.claim(.taskDigest, try Samples.client(openTasks: tasks)), words)
        }
        let one = try values("intake_form")
        #expect(one["tasks.several"] == .flag(false) && one["tasks.count"] == .text("1"))
        let two = try values("survey", "intake_form")
        #expect(two["tasks.several"] == .flag(true) && two["tasks.count"] == .text("2"))
        #expect(
            two["tasks.list"]
                == .list([["title": .text(words.title(of: .survey))], ["title": .text(words.title(of: .intakeForm))]]))
    }

    @Test("a security notice says what happened, and to an old address that it is the old one")
    func events() throws {
        let flags = ["event.login", "event.two_step_on", "event.two_step_off", "event.address", "event.to_old"]
        let table: [(AccountFacts.Event, Set<String>)] = [
            (.login, ["event.login"]), (.twoStepOn, ["event.two_step_on"]), (.twoStepOff, ["event.two_step_off"]),
            (.addressToOld, ["event.address", "event.to_old"]), (.addressToNew, ["event.address"]),
        ]
        for (event, set) in table {
            let claim = Samples.claim(.securityNotice, try Samples.account(event))
            let values = Kind.securityNotice.values(claim, try words(.securityNotice))
            #expect(Set(flags.filter { values[$0] == .flag(true) }) == set)
        }
    }

    private func words(_ kind: Kind) throws -> LocaleWords { try templates.words(kind: kind.name, locale: "en") }

    /// Facts that want the kind, in every way that changes its words.
    private func variants(_ kind: Kind) throws -> [Facts] {
        let wanted = try Samples.wanted(kind)
        switch kind.name {
        case "appointment.confirmed", "appointment.changed", "appointment.reminder", "provider.appointment":
            return try [Told.nothing, .otherwise].flatMap { told in
                try [true, false].map { yes in
                    try Samples.appointment {
                        ($0.told, $0.isEditable, $0.hasAgreements, $0.isSoon) = (told, yes, yes, !yes)
                    }
                }
            } + [wanted]
        case "provider.bounce": return [wanted, try Samples.invitation(), try Samples.series()]
        case "appointment.series":
            return try [true, false].flatMap { toClient in
                try [["2027-03-08 1 10:00 -28800"], []].map {
                    try Samples.series(isToClient: toClient, times: $0, told: .otherwise)
                }
            } + [wanted]
        case "security.notice":
            return try [.login, .twoStepOn, .twoStepOff, .addressToOld, .addressToNew].map { try Samples.account($0) }
        case "checkin.optout_decided": return try [true, false].map { try Samples.client(isApproved: $0) }
        case "message.new": return [true, false].map { Samples.thread(isToClient: $0) }
        default: return [wanted]
        }
    }

    /// A kind's links with every choice of those it can do without.
    private static func choices(_ kind: Kind) -> [[IssuedLink]] {
        kind.optionalLinks.reduce([kind.links.map { Samples.link($0) }]) { choices, purpose in
            choices + choices.map { $0 + [Samples.link(purpose)] }
        }
    }
}
