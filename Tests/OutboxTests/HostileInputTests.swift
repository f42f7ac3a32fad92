import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Hostile and foreign input")
struct HostileInputTests {
    static let hostileNames = [
        "Zoë\r\nBcc: all@example.org", "Zoë\nO'Neil", "Zoë\tO'Neil", "Zoë\u{7F}", "Zoë\u{85}O'Neil",
        "Zoë\u{202E}lieN'O", "\u{2066}Zoë\u{2069}",
        "Zoë\u{200F}", "http://evil.example", "see HTTPS:evil.example", "www.evil.example", "//evil.example",
        "<b>Zoë</b>", "Zoë <zoe",
        "zoe@example.org", "", String(repeating: "z", count: 65), String(repeating: "z", count: 10_000),
    ]

    @Test("a name that could break a letter is refused, whoever bears it", arguments: hostileNames)
    func hostileNamesAreRefused(name: String) async throws {
        try await withHouse { (house: House) async throws in
            for insert in Self.inserts {
                let error = try await house.refusal(insert.sql, [.text(name), .text("someone@example.org")])
                #expect(error?.sqlState == insert.refusesName, "\(insert.table)")
                if name.count > 3 { expectSilence(error, about: name) }
            }
        }
    }

    @Test(
        "names of people are accepted",
        arguments: ["Zoë O'Neil", "李小龍", "Zoe\u{308} \u{4D}ary-Jane", "O", "Ngũgĩ wa Thiong’o", "محمد"])
    func namesOfPeopleAreAccepted(name: String) async throws {
        try await withHouse { (house: House) async throws in
            for insert in Self.inserts {
                #expect(
                    try await house.refusal(insert.sql, [.text(name), .text("someone@example.org")]) == nil,
                    "\(insert.table)")
            }
            #expect(
                try await house.count(
                    "booking.reservation WHERE invitee_name = 'Zoë O''Neil' OR length(invitee_name) > 0") == 1)
        }
    }

    @Test(
        "an address that is none, or two, is refused",
        arguments: [
            "zoe", "zoe@", "@example.org", "zoe@example.org, all@example.org",
            "zoe@example.org\r\nBcc: all@example.org", "zoe@a@b.example",
            "Zoë <zoe@example.org>", "zoe @example.org", "zoe@exam\u{0}ple.org", "\"zoe\"@example.org",
            "zoe@" + String(repeating: "x", count: 251),
            String(repeating: "z", count: 65) + "@example.org",
        ])
    func badAddressesAreRefused(address: String) async throws {
        try await withHouse { house in
            for insert in Self.inserts {
                let error = try await house.refusal(insert.sql, [.text("Zoë"), .text(address)])
                #expect(error != nil, "\(insert.table)")
                if !address.contains("\u{0}") { #expect(error?.sqlState == insert.refusesAddress, "\(insert.table)") }
                expectSilence(error, about: address)
            }
        }
    }

    @Test(
        "a time zone that is no region's name is refused",
        arguments: [
            "", " ", "EST", "PST8PDT", "+02:00", "UTC+2", "GMT", "america/new_york", "Mars/Olympus", "Mars/Olympus5",
            "America/New_York8",
            "America/New_York ", "posixrules", "America/New_York; DROP TABLE booking.client", "Etc/../UTC", "localtime",
            "<+02>-2",
        ])
    func badTimeZonesAreRefused(zone: String) async throws {
        try await withHouse { house in
            let error = try await house.refusal("UPDATE booking.client SET tz = $1", [.text(zone)])
            #expect(error?.sqlState?.rawValue == "BK022")
            if zone.count > 3 { expectSilence(error, about: zone) }
        }
    }

    @Test(
        "regions of the time zone database are accepted",
        arguments: [
            "UTC", "America/Los_Angeles", "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia", "Antarctica/DumontDUrville",
        ])
    func regionsAreAccepted(zone: String) async throws {
        try await withHouse { (house: House) async throws in
            #expect(try await house.refusal("UPDATE booking.client SET tz = $1", [.text(zone)]) == nil)
        }
    }

    @Test("a locale or a place's text that could break a letter is refused")
    func otherTextIsRefused() async throws {
        try await withHouse { house in
            for locale in ["", "EN", "en_US", "../../etc", "en\r\nX: y", "english-language-of-nowhere"] {
                let error = try await house.refusal("UPDATE booking.client SET locale = $1", [.text(locale)])
                #expect(error?.sqlState?.rawValue == "BK023", "\(locale)")
            }
            try await house.reserve()
            for place in [
                "1 Main St\r\nBcc: x", "1 Main St <script>", "https://evil.example", String(repeating: "x", count: 201),
                "a\u{202E}b",
            ] {
                let error = try await house.refusal("UPDATE booking.reservation SET place_text = $1", [.text(place)])
                #expect(error?.sqlState?.rawValue == "BK016", "\(place)")
                expectSilence(error, about: place)
            }
        }
    }

    /// Asked of psql, which prints all that the server says.
    @Test(
        "no refusal of ours quotes what it was given",
        arguments: [
            ("SELECT holdfast.enqueue('Zoe Secret', 'reservation', gen_random_uuid())", "is not in holdfast.kind"),
            ("SELECT holdfast.enqueue('reservation.confirm', 'Zoe Secret', gen_random_uuid())", "to write about"),
            (
                """
                SELECT holdfast.enqueue('reservation.confirm', 'reservation', (SELECT id FROM booking.reservation),
                                        args => jsonb_build_object('x', repeat('Zoe Secret', 500)))
                """, "at most 4096 bytes"
            ),
            (
                "UPDATE booking.reservation SET payor_id = 'strict', invitee_name = 'Zoe Secret'",
                "requires authorization"
            ),
            (
                "UPDATE booking.reservation SET hold_expires_at = holdfast.clock(), invitee_name = 'Zoe Secret'",
                "at least 15 minutes"
            ),
            (
                """
                UPDATE booking.reservation SET state = 'expired'; UPDATE booking.reservation SET state =
                'pending', invitee_name = 'Zoe Secret'
                """,
                "stays ended"
            ),
        ])
    func refusalsQuoteNothing(sql: String, sentence: String) async throws {
        try await withHouse { house in
            try await house.run("INSERT INTO booking.payor VALUES ('strict', 'Strict', true)")
            try await house.reserve()
            let error = await #expect(throws: TestSupportError.self) { try await psql(house.url, sql) }
            #expect(error?.description.contains(sentence) == true)
            #expect(error?.description.contains("Zoe Secret") == false)
        }
    }

    /// One statement for each table with people, its name `$1` and its address `$2`.
    static let inserts: [(table: String, refusesName: SQLState, refusesAddress: SQLState, sql: String)] = [
        (
            "provider", SQLState(rawValue: "BK020"), SQLState(rawValue: "BK021"),
            "INSERT INTO booking.provider (display_name, email, tz, booking_slug) VALUES ($1, $2, 'UTC', 'somebody')"
        ),
        (
            "client", SQLState(rawValue: "BK020"), SQLState(rawValue: "BK021"),
            "INSERT INTO booking.client (display_name, email, tz) VALUES ($1, $2, 'UTC')"
        ),
        (
            "reservation", SQLState(rawValue: "BK012"), SQLState(rawValue: "BK013"),
            """
            INSERT INTO booking.reservation (provider_id, starts_at, ends_at, place, invitee_name, invitee_email,
              invitee_tz)
            VALUES ('\(House.provider)', '2027-03-08 18:00+00', '2027-03-08 19:00+00', 'virtual', $1, $2, 'UTC')
            """
        ),
    ]

    private func expectSilence(_ error: PostgresError?, about value: String) {
        guard let error else { return }
        #expect(!error.description.contains(value) && !error.message.contains(value))
    }
}
