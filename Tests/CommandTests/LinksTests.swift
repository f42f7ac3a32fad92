import Foundation
import TestSupport
import Testing

@Suite struct LinksTests {
    @Test("Keys: made private, published, activated; the one before verifies on")
    func keys() async throws {
        try await withInstallation(ready: false) { site in
            try await site.must(["migrate"])
            let path = site.folder.appendingPathComponent("first.key").path
            let made = try await site.must(["links", "keys", "new", "--kid", "first", "--out", path])
            #expect(made.output.hasPrefix("first  next  k4.public."))
            #expect(made.errors.contains("holdfast links keys activate first"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)

            let again = try await site.run(["links", "keys", "new", "--kid", "second", "--out", path])
            #expect(again.status == 78)
            #expect(again.errors == "holdfast: \(path) exists; a key is never written over. Name a new file.\n")
            let spare = site.folder.appendingPathComponent("spare.key").path
            let taken = try await site.run(["links", "keys", "new", "--kid", "first", "--out", spare])
            #expect(taken.status == 65)
            #expect(taken.errors == "holdfast: there is a key first already; give the new one another --kid\n")
            #expect(!FileManager.default.fileExists(atPath: spare))
            #expect(try await site.run(["links", "keys", "new", "--kid", "not a kid", "--out", spare]).status == 65)
            let unknown = try await site.run(["links", "keys", "activate", "nobody"])
            #expect(unknown.status == 65)
            #expect(
                unknown.errors == "holdfast: there is no key nobody in state next; see 'holdfast links keys list'\n")

            try await site.must(["links", "keys", "new", "--kid", "second", "--out", spare])
            #expect(try await site.must(["links", "keys", "activate", "first"]).output == "first  active\n")
            try await site.must(["links", "keys", "activate", "second"])
            let list = try await site.must(["links", "keys", "list"]).output.split(separator: "\n")
            #expect(list.count == 2)
            #expect(list[0].hasPrefix("first  retired  k4.public.") && list[0].contains("  until 20"))
            #expect(list[1].hasPrefix("second  active  k4.public."))
            let audit = try await site.sql(
                "SELECT string_agg(action || ' ' || target, ', ' ORDER BY at) FROM holdfast.audit")
            #expect(
                audit
                    == "adopt test, links keys new first, links keys new second, "
                    + "links keys activate first, links keys activate second"
            )
        }
    }

    @Test("A link is told genuine, altered, expired or for another purpose")
    func verify() async throws {
        try await withInstallation { site in
            let link = try await site.mailedLink()
            let genuine = try await site.run(["links", "verify"], stdin: link + "\n")
            #expect(genuine.status == 0)
            #expect(genuine.output.hasPrefix("genuine and in time\n  purpose     rsv\n  subject     "))
            #expect(genuine.errors.isEmpty)

            struct Claims: Decodable {
                let purpose: String, subject: String, generation: Int, jti: String, issuedAt: String, expiresAt: String
            }
            let json = try await site.must(["links", "verify", "--json"], stdin: link)
            let claims = try JSONDecoder().decode(Claims.self, from: json.stdout)
            #expect(claims.subject == (try await site.sql("SELECT id FROM booking.reservation")))
            #expect(claims.jti == (try await site.sql("SELECT jti FROM holdfast.link")))
            #expect(claims.purpose == "rsv" && claims.generation == 1)

            let token = String(try #require(link.split(separator: "/").last))
            #expect(try await site.run(["links", "verify", "--purpose", "rsv"], stdin: token).status == 0)
            let alone = try await site.run(["links", "verify"], stdin: token)
            #expect(alone.status == 65)
            #expect(alone.errors == "holdfast: a token alone does not say what it is for: give --purpose\n")
            #expect(try await site.run(["links", "verify"]).status == 65)

            let middle = token.index(token.startIndex, offsetBy: 40)
            let altered = token.replacingCharacters(in: middle...middle, with: token[middle] == "A" ? "B" : "A")
            for (text, arguments, reason) in [
                (altered, ["--purpose", "rsv"], "not accepted: The signature does not verify"),
                (token, ["--purpose", "act"], "not accepted: The signature does not verify"),
                ("https://book.example.org/l/rsv/nonsense", [], "not accepted: The text is not a link token."),
            ] {
                let refused = try await site.run(["links", "verify"] + arguments, stdin: text)
                #expect(refused.status == 1)
                #expect(refused.output.isEmpty)
                #expect(refused.errors.hasPrefix("holdfast: \(reason)"))
            }
            let elsewhere = try await site.run(
                ["links", "verify"], ["HOLDFAST_LINK_BASE_URL": "https://other.example.org"], stdin: link)
            #expect(elsewhere.status == 1)
            #expect(elsewhere.errors == "holdfast: not accepted: The link was issued for another site.\n")
        }
    }

    @Test("An expired link is told apart, with the published keys alone")
    func expired() async throws {
        try await withInstallation { site in
            // A link that was signed four days ago, for a hold of three days.
            try await site.sql(TestInstallation.clock(movedBy: "-4 days"))
            let link = try await site.mailedLink()
            let keys = site.folder.appendingPathComponent("keys.json")
            try await site.must(["links", "keys", "list", "--json"]).stdout.write(to: keys)
            let arguments = ["links", "verify", "--keys", keys.path]
            let result = try await site.run(arguments, ["HOLDFAST_DATABASE_URL": nil], stdin: link)
            #expect(result.status == 1)
            #expect(result.errors.hasPrefix("holdfast: not accepted: The link expired at 20"))

            let missing = try await site.run(["links", "verify", "--keys", "/nowhere/keys.json"], stdin: link)
            #expect(missing.status == 65)
            #expect(missing.errors == "holdfast: the file /nowhere/keys.json cannot be read\n")
            try Data("{}".utf8).write(to: keys)
            #expect(try await site.run(arguments, stdin: link).status == 65)
        }
    }
}

extension TestInstallation {
    /// The link of a letter that a worker sent.
    fileprivate func mailedLink() async throws -> String {
        let server = try SMTPServer.maildir(at: inbox.folder)
        use(server)
        try await sql(
            """
            INSERT INTO booking.provider (display_name, email, tz, booking_slug)
            VALUES ('Dr. Quinn', 'quinn@example.org', 'UTC', 'quinn');
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
            SELECT id, 'Ada Lovelace', 'ada@example.org', 'Europe/London', t, t + interval '1 hour', 'virtual'
            FROM booking.provider, LATERAL (SELECT date_trunc('hour', now()) + interval '5 days' AS t) AS slot
            """)
        try await drain()
        let text = try await inbox.messages().first?.text ?? ""
        guard let link = text.firstMatch(of: /https:\/\/book\.example\.org\/l\/rsv\/[A-Za-z0-9._-]+/) else {
            throw TestSupportError("no letter with a link arrived")
        }
        return String(link.0)
    }
}
