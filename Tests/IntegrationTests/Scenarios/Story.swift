import Foundation
import TestSupport
import Testing

/// A practice whose time stands where a scenario puts it: rows are written as an application writes them, and letters are read where they
/// arrived.
final class Story {
    let site: TestInstallation
    private var read: Set<String> = []

    /// The provider, in New York.
    static let provider = "00000000-0000-4000-8000-00000000000a"
    /// A client with a record, in Los Angeles.
    static let client = "00000000-0000-4000-8000-00000000000c"
    /// A Monday, 9 o'clock in the morning in Los Angeles.
    static let monday = "2027-03-01 17:00+00"

    /// A letter that arrived, and what history says of it.
    struct Letter {
        let kind: String
        let message: ReceivedMessage

        /// The plain text on one line, so that a sentence is found wherever its lines break.
        var words: String { (message.text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        var to: String { message.toAddress }
        var subject: String { message.headers["subject", default: ""] }

        /// Whether it carries a link for this purpose.
        func carries(_ purpose: String) -> Bool {
            (message.text ?? "").contains("https://book.example.org/l/\(purpose)/v4.public.")
        }
    }

    private init(_ site: TestInstallation) { self.site = site }

    /// Tells one story in an installation of its own.
    static func tell(_ body: (Story) async throws -> Void) async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.maildir(at: site.inbox.folder))
            site.settings["HOLDFAST_CRISIS_LINE"] = "In an emergency call 112."
            site.settings["HOLDFAST_WELCOME_URL"] = "https://www.example.org/welcome"
            site.settings["HOLDFAST_DIRECTORY_URL"] = "https://www.example.org/find"
            let story = Story(site)
            try await story.time(Self.monday)
            try await site.sql(
                """
                INSERT INTO booking.provider (id, display_name, email, tz, booking_slug)
                VALUES ('\(provider)', 'Dr. Siobhán Quinn', 'quinn@example.org', 'America/New_York', 'quinn');
                INSERT INTO booking.client (id, display_name, email, tz)
                VALUES ('\(client)', 'Zoë O''Neil', 'zoe@example.org', 'America/Los_Angeles');
                """)
            try await body(story)
        }
    }

    /// Moves the practice's time.
    func time(_ instant: String) async throws {
        try await site.sql(
            """
            CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz LANGUAGE sql STABLE
            AS $$SELECT timestamptz '\(instant)'$$
            """)
    }

    /// Runs SQL as the application does.
    @discardableResult
    func sql(_ text: String) async throws -> String { try await site.sql(text) }

    /// The SQLSTATE a statement is refused with; empty when it is not.
    func refusal(_ text: String) async throws -> String {
        try await site.sql(
            """
            CREATE FUNCTION pg_temp.refusal() RETURNS text LANGUAGE plpgsql AS $refusal$
            BEGIN
              \(text);
              RETURN '';
            EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
            END $refusal$;
            SELECT pg_temp.refusal()
            """)
    }

    /// Reserves a time, Monday in a week unless said otherwise; returns the reservation's id.
    ///
    /// The values are SQL.
    func reserve(_ changes: [String: String] = [:]) async throws -> String {
        let starts = changes["starts_at"] ?? "'2027-03-08 18:00+00'"
        var columns = [
            "provider_id": "'\(Self.provider)'", "starts_at": starts,
            "ends_at": "\(starts)::timestamptz + interval '50 minutes'",
            "place": "'virtual'", "invitee_name": "'Zoë O''Neil'", "invitee_email": "'zoe@example.org'",
            "invitee_tz": "'America/Los_Angeles'",
        ]
        columns.merge(changes) { $1 }
        let sorted = columns.sorted { $0.key < $1.key }
        return try await sql(
            """
            INSERT INTO booking.reservation (\(sorted.map(\.key).joined(separator: ", ")))
            VALUES (\(sorted.map(\.value).joined(separator: ", "))) RETURNING id
            """)
    }

    /// Books a time for the client directly.
    func book(_ changes: [String: String] = [:]) async throws -> String {
        try await reserve(["state": "'confirmed'", "client_id": "'\(Self.client)'"].merging(changes) { $1 })
    }

    /// Uses the newest link of a purpose as the practice's web application does; returns the outcome.
    func redeem(_ purpose: String, _ arguments: String) async throws -> String {
        try await sql(
            """
            SELECT outcome FROM holdfast.redeem(
              (SELECT jti FROM holdfast.link WHERE purpose = '\(purpose)' ORDER BY issued_at DESC, job_id DESC LIMIT 1), '\(purpose)', \(arguments))
            """)
    }

    /// Sends what is due and returns the letters that arrived since the last time, the kinds in alphabetical order.
    func letters() async throws -> [Letter] {
        try await site.drain()
        struct Sent: Decodable { let kind: String, messageId: String }
        let rows: [Sent] = try await site.rows("SELECT kind, message_id FROM holdfast.history WHERE outcome = 'sent'")
        let kinds = Dictionary(rows.map { ($0.messageId, $0.kind) }) { first, _ in first }
        let fresh = try await site.inbox.messages().filter { read.insert($0.messageID).inserted }
        return fresh.map { Letter(kind: kinds[$0.messageID] ?? "unknown", message: $0) }.sorted {
            ($0.kind, $0.to) < ($1.kind, $1.to)
        }
    }

    /// Sends what is due, which must be one letter of this kind among others, and returns it.
    func letter(_ kind: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Letter {
        let letters = try await letters()
        return try #require(
            letters.first { $0.kind == kind }, "of \(letters.map(\.kind)) none is \(kind)",
            sourceLocation: sourceLocation)
    }

    /// Sends what is due, and expects these kinds and no other.
    @discardableResult
    func expect(_ kinds: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> [Letter] {
        let letters = try await letters()
        #expect(letters.map(\.kind) == kinds.sorted(), sourceLocation: sourceLocation)
        return letters
    }

    /// Why history says that the newest letter of this kind was not sent.
    func reason(_ kind: String) async throws -> String {
        try await sql("SELECT reason FROM holdfast.history WHERE kind = '\(kind)' AND final ORDER BY at DESC LIMIT 1")
    }
}
