import Foundation
import Postgres
import TestSupport
import Testing

/// Refusals of what people get wrong, each with a code of its own and without their words.
@Suite("Rules of providers, clients, invitations and tasks")
struct PeopleRuleTests {
    static let columns = [("provider", "display_name"), ("client", "display_name"), ("invitation", "name")]

    @Test(
        "a name that could break a letter, or lead anywhere, is refused",
        arguments: HostileInputTests.hostileNames + [
            "\u{202A}Zoë", "Zoë\u{2069}", "https://evil.example/canary", String(repeating: "👩‍⚕️", count: 20),
        ])
    func names(name: String) async throws {
        try await withHouse { house in
            for (table, column) in Self.columns {
                try await expectRefusal(house, "BK020", table, column, name)
            }
        }
    }

    @Test(
        "names of people, with emoji and from right to left, are accepted",
        arguments: [
            "Zoë O'Neil", "李小龍", "محمد علي", "שרה לוי", "Zoë 🌊", String(repeating: "z", count: 64),
            "J. R. \"Bob\" Dobbs",
        ])
    func goodNames(name: String) async throws {
        try await withHouse { (house: House) async throws in
            for (table, column) in Self.columns {
                #expect(try await house.refusal(Self.insert(table, [column: "$1"]), [.text(name)]) == nil, "\(table)")
            }
        }
    }

    @Test(
        "an address that is none, or two, is refused",
        arguments: [
            "zoe", "zoe@example.org, all@example.org", "zoe@example.org\r\nBcc: all@example.org",
            "Zoë <zoe@example.org>",
            "zoe@exa\u{202E}mple.org ", "", String(repeating: "z", count: 10_000) + "@example.org",
        ])
    func addresses(address: String) async throws {
        try await withHouse { house in
            for table in ["provider", "client", "invitation"] {
                try await expectRefusal(house, "BK021", table, "email", address)
            }
        }
    }

    @Test("a zone, a locale, a slug that is none is refused")
    func others() async throws {
        try await withHouse { house in
            for table in ["provider", "client", "invitation"] {
                for zone in [
                    "Mars/Canary", "UTC+2", "Europe/Berlin\r\nX: canary", String(repeating: "x", count: 10_000),
                ] {
                    try await expectRefusal(house, "BK022", table, "tz", zone)
                }
                for locale in ["en_US", "EN", "../../canary", "en\r\nX: canary", String(repeating: "x", count: 10_000)]
                {
                    try await expectRefusal(house, "BK023", table, "locale", locale)
                }
            }
            for slug in ["ab", "Amara", "amara/canary", "amara canary", "a\r\nb", String(repeating: "x", count: 65)] {
                try await expectRefusal(house, "BK024", "provider", "booking_slug", slug)
            }
        }
    }

    @Test(
        "what is none of the known values is refused",
        arguments: [
            ("provider", "hold_for", "'59 minutes'", "BK025"), ("provider", "hold_for", "'15 days'", "BK025"),
            ("provider", "edit_cutoff", "'-1 second'", "BK025"), ("provider", "edit_cutoff", "'15 days'", "BK025"),
            ("client", "privacy", "'none'", "BK025"), ("client", "checkins", "'canary'", "BK025"),
            ("client", "status", "'canary'", "BK025"), ("signup_task", "kind", "'canary'", "BK029"),
            ("signup_task", "state", "'canary'", "BK029"),
        ])
    func values(table: String, column: String, value: String, state: String) async throws {
        try await withHouse { house in
            let error = try await house.refusal(Self.insert(table, [column: value]))
            #expect(error?.sqlState?.rawValue == state)
            #expect(error?.message.contains("canary") == false)
        }
    }

    /// A NOT NULL that fails prints the whole row into the server's log, as a CHECK does.
    @Test("what is missing is refused before the server can print the rest of the row")
    func missing() async throws {
        try await withHouse { house in
            for table in ["provider", "client", "invitation", "signup_task"] {
                let required = try await house.connection.query(
                    """
                    SELECT column_name::text AS name FROM information_schema.columns
                    WHERE table_schema = 'booking' AND table_name = $1 AND is_nullable = 'NO' AND column_name <> 'id'
                    """, [.text(table)])
                #expect(required.count >= 4)
                for row in required {
                    let column = try row.decode("name", as: String.self)
                    let state = try await house.refusalState(Self.insert(table, [column: "NULL"]))
                    #expect(state?.hasPrefix("BK02") == true, "\(table).\(column): \(state ?? "accepted")")
                }
            }
        }
    }

    /// Asked of psql, which prints all that the server says, as its log does.
    @Test(
        "no refusal says whom it is about",
        arguments: [
            "UPDATE booking.client SET tz = 'Mars/Olympus'", "UPDATE booking.client SET status = 'gone'",
            "UPDATE booking.client SET email = NULL", "UPDATE booking.client SET link_gen = NULL",
            "UPDATE booking.client SET checkins = 'off'", "UPDATE booking.provider SET hold_for = '0'",
            "UPDATE booking.provider SET booking_slug = 'A'", "UPDATE booking.invitation SET email = 'x@example.org'",
            "UPDATE booking.invitation SET withdrawn_at = now(); UPDATE booking.invitation SET withdrawn_at = NULL",
        ])
    func refusalsQuoteNobody(sql: String) async throws {
        try await withHouse { house in
            try await house.invite()
            let error = await #expect(throws: TestSupportError.self) { try await psql(house.url, sql) }
            let said = error?.description ?? ""
            #expect(said.contains("ERROR"))
            for secret in ["Zoë", "zoe@", "Li Na", "li@", "Amara", "amara@"] {
                #expect(!said.contains(secret), "\(said)")
            }
        }
    }

    private func expectRefusal(_ house: House, _ state: String, _ table: String, _ column: String, _ value: String)
        async throws
    {
        for sql in [Self.insert(table, [column: "$1"]), "UPDATE booking.\(table) SET \(column) = $1"] {
            if table == "invitation", sql.hasPrefix("UPDATE") { try await house.invite() }
            let error = try await house.refusal(sql, [.text(value)])
            #expect(error?.sqlState?.rawValue == state, "\(sql)")
            if value.count > 3 { #expect(error?.description.contains(value) == false) }
        }
    }

    /// A statement that inserts somebody, with some columns changed; the values are SQL.
    private static func insert(_ table: String, _ changes: [String: String]) -> String {
        let person = ["email": "'somebody@example.org'", "tz": "'UTC'"]
        let columns: [String: String] =
            switch table {
            case "provider": person.merging(["display_name": "'B'", "booking_slug": "'somebody'"]) { $1 }
            case "client": person.merging(["display_name": "'B'"]) { $1 }
            case "invitation": person.merging(["name": "'B'", "provider_id": "'\(House.provider)'"]) { $1 }
            default: ["client_id": "'\(House.client)'", "kind": "'survey'"]
            }
        let pairs = columns.merging(changes) { $1 }.sorted { $0.key < $1.key }
        return "INSERT INTO booking.\(table) (\(pairs.map(\.key).joined(separator: ", "))) "
            + "VALUES (\(pairs.map(\.value).joined(separator: ", ")))"
    }
}
