import Foundation
import TestSupport
import Testing

/// Names, addresses, places and secrets that are looked for afterwards where they must not be.
enum Canary {
    static let place = "7 Canary Lane, Cork"
    static let provider = "Dr. Canary Quinn"
    static let client = "Canary Client"
    static let databasePassword = "canary-database-password"
    static let user = "canary-user@practice.test"
    static let password = "canary-relay-password"
    static let clientSecret = "canary-client-secret"
    /// What a relay says that quotes everything it was told, in all the ways that are hard to recognise.
    static let echo =
        "<{recipient}> user={local} {local}'s {local} {token} rsv/{token} https://book.example.org/l/rsv/{token}?x"

    static func visitor(_ number: Int) -> String { "Canary Visitor \(number)" }

    /// A reply that quotes everything.
    static func reply(_ start: String) -> String { "\(start) \(echo)" }
}

/// Which form the logs have.
enum LogFormat: String, CaseIterable { case text, json }

/// Lends a test an installation in which everything private is a canary, and looks for it at the end as well.
func withCanaries(
    _ format: LogFormat, on cluster: PostgresCluster? = nil, _ body: (TestInstallation) async throws -> Void
) async throws {
    try await withInstallation(ready: false) { site in
        if let cluster { await site.use(cluster) }
        var database = try #require(URLComponents(string: site.database))
        database.queryItems =
            (database.queryItems ?? []) + [URLQueryItem(name: "password", value: Canary.databasePassword)]
        site.settings["HOLDFAST_DATABASE_URL"] = database.string
        site.settings["HOLDFAST_LOG_FORMAT"] = format.rawValue
        site.settings["HOLDFAST_JOURNAL"] = site.folder.appendingPathComponent("journal").path
        site.settings["HOLDFAST_HTTP_LISTEN"] = "127.0.0.1:0"
        site.secrets += [
            Canary.databasePassword, Canary.user, Canary.password, Canary.clientSecret, Canary.place, Canary.provider,
            Canary.client,
        ]
        try await site.setUp()
        try await body(site)
        try await site.expectNoLeaks()
    }
}

extension TestInstallation {
    /// Reserves a time with a canary in every column that takes one.
    ///
    /// - Parameter slot: which time, where it is not the visitor's first.
    func reserveCanary(_ number: Int, at domain: String = "example.org", slot: Int? = nil) async throws {
        secrets += [Canary.visitor(number), "canary.\(number)+tag@\(domain)"]
        try await sql(
            """
            INSERT INTO booking.payor (id, name) VALUES ('canary', 'Canary Health') ON CONFLICT DO NOTHING;
            INSERT INTO booking.provider (display_name, email, tz, booking_slug, hold_for)
            VALUES (\(Canary.provider.quoted), 'canary.provider@example.org', 'Europe/Dublin', 'canary-quinn', '23 hours') ON CONFLICT DO NOTHING;
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text, payor_id)
            SELECT id, \(Canary.visitor(number).quoted), 'canary.\(number)+tag@\(domain)', 'Europe/London', t, t + interval '50 minutes',
                   'in_person', \(Canary.place.quoted), 'canary'
            FROM booking.provider,
                 LATERAL (SELECT date_trunc('hour', now()) + interval '5 days' + \(slot ?? number) * interval '1 hour' AS t) AS slot
            """)
    }

    /// Reads letters that a scripted relay took, counts their tokens among the secrets, and requires that they tell what
    /// is looked for elsewhere: an absence proves little where nothing was to be found.
    func requireCanaries(in server: SMTPServer) async throws -> [ReceivedMessage] {
        let new = inbox.folder.appendingPathComponent("new")
        try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
        for (number, message) in server.messages.enumerated() {
            try Data(message.utf8).write(to: new.appendingPathComponent("\(number).eml"))
        }
        let letters = try await inbox.messages()
        let visitors = letters.filter { $0.toName.hasPrefix("Canary Visitor") }
        try #require(!visitors.isEmpty)
        for letter in visitors {
            let token = try #require(letter.text?.firstMatch(of: /v4\.public\.([A-Za-z0-9_-]{80,})\.([A-Za-z0-9_-]+)/))
            secrets += [String(token.0), String(token.1), String(token.1.suffix(86))]
            #expect(letter.text?.contains("Canary Lane") == true && letter.text?.contains(Canary.provider) == true)
            #expect(secretsTold(by: [Trace("the letter", letter.text ?? "")]).count >= 3)
        }
        return letters
    }
}
