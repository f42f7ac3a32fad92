import Foundation
import Fuzzing
import Notifications
import Postgres

@testable import Outbox

/// One caller among many: redeems, writes what an application writes, and does what a worker does, in an order of its own.
final class RandomCalls {
    private let connection: Connection
    private var random: SeededGenerator
    private let worker = WorkerID()
    private var troubles: [String] = []

    /// Functions in the database, so that one call is one transaction: they pick a subject, and look at what was done to it.
    static let setUp = """
        CREATE SCHEMA race;
        CREATE FUNCTION race.link(purpose text) RETURNS holdfast.link LANGUAGE sql VOLATILE AS $$
          SELECT l FROM holdfast.link l WHERE l.purpose = link.purpose AND (l.revoked_at IS NULL OR random() < 0.1)
          ORDER BY random() LIMIT 1 $$;
        CREATE FUNCTION race.reservation(state text) RETURNS uuid LANGUAGE sql VOLATILE AS $$
          SELECT r.id FROM booking.reservation r WHERE r.state = reservation.state ORDER BY random() LIMIT 1 $$;
        -- A letter's links, without waiting for a worker.
        CREATE FUNCTION race.issue(purpose text, subject uuid, gen int, most int) RETURNS void LANGUAGE sql AS $$
          INSERT INTO holdfast.link (jti, job_id, purpose, subject_id, gen, kid, issued_at, expires_at, max_uses, kind)
          VALUES (gen_random_uuid(), nextval('holdfast.job_id_seq'), purpose, subject, gen, '\(House.keyID)', '-infinity',
                  holdfast.clock() + interval '30 days', most, 'task.digest') $$;
        CREATE FUNCTION race.issue_all() RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM race.issue(CASE r.state WHEN 'pending' THEN 'rsv' ELSE 'appt' END, r.id, r.link_gen, CASE r.state WHEN 'pending' THEN 1 END)
          FROM booking.reservation r WHERE r.state IN ('pending', 'confirmed');
          PERFORM race.issue(p, c.id, c.link_gen, CASE p WHEN 'act' THEN 1 END) FROM booking.client c, unnest('{act,task,pref}'::text[]) AS p;
        END $$;
        -- Redeems, and tells when something was done that the link, as it was given out, does not cover.
        CREATE FUNCTION race.redeem(l holdfast.link, action text, start timestamptz) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
          o text;
          r booking.reservation;
        BEGIN
          SELECT outcome INTO o FROM holdfast.redeem(l.jti, l.purpose, action, client_id => '\(House.client)', starts_at => start,
            ends_at => start + interval '50 minutes', class => CASE l.purpose WHEN 'pref' THEN 'task' END);
          SELECT * INTO r FROM booking.reservation t WHERE t.id = l.subject_id;
          IF o = 'done' AND l.purpose IN ('rsv', 'appt')
             AND (r.link_gen - l.gen, r.state) <> (CASE action WHEN 'confirm' THEN 0 ELSE 1 END,
                                                   CASE WHEN action IN ('cancel', 'decline') THEN 'cancelled' ELSE 'confirmed' END) THEN
            RETURN format('%s acted on what had changed', action);
          END IF;
          RETURN '';
        END $$;
        SELECT race.issue_all();
        """

    init(_ connection: Connection, seed: UInt64) {
        self.connection = connection
        random = SeededGenerator(seed: seed)
    }

    /// Makes so many calls; returns what should not have happened.
    func run(_ rounds: Int) async throws -> [String] {
        try await Outbox(connection).register(worker, lease: .seconds(3600), info: "{}")
        for _ in 0..<rounds {
            do { try await call(Int.random(in: 0..<14, using: &random)) } catch let error as PostgresError {
                // A time that is taken, a step that came too late, a task that is open already.
                let state = error.sqlState?.rawValue ?? ""
                if !state.hasPrefix("BK"), state != "23P01", state != "23505" { troubles.append(error.description) }
                _ = try? await connection.execute("ROLLBACK")
            }
        }
        return troubles
    }

    private func call(_ number: Int) async throws {
        switch number {
        case 0: try await redeem("rsv", "confirm")
        case 1: try await redeem("rsv", Bool.random(using: &random) ? "decline" : "confirm")
        case 2: try await redeem("appt", "cancel")
        case 3, 4: try await redeem("appt", "move")
        case 5: try await redeem("act", "activate")
        case 6: try await redeem(Bool.random(using: &random) ? "task" : "pref", nil)
        case 7, 8: _ = try await connection.query(House.insertion(at: start()))
        case 9:
            try await write(
                "UPDATE booking.reservation SET (starts_at, ends_at) = (SELECT t, t + interval '50 minutes' FROM (SELECT \(start())) AS s(t)) WHERE id = $1::uuid",
                "confirmed")
        case 10: try await write("UPDATE booking.reservation SET state = 'cancelled' WHERE id = $1::uuid", "confirmed")
        case 11:
            try await write(
                "UPDATE booking.reservation SET state = 'expired' WHERE id = $1::uuid AND state = 'pending'", "pending")
        case 12: try await changeAddress()
        default: try await work()
        }
    }

    /// A half hour among a dozen, so that callers meet.
    private func start() -> String {
        "timestamptz '2027-03-09 09:00Z' + interval '\(Int.random(in: 0..<12, using: &random) * 30) minutes'"
    }

    private func redeem(_ purpose: String, _ action: String?) async throws {
        let meant = action ?? (purpose == "task" ? "open" : Bool.random(using: &random) ? "opt_out" : "opt_in")
        let rows = try await connection.query(
            "SELECT race.redeem(l, '\(meant)', \(start())) AS trouble FROM race.link('\(purpose)') AS l WHERE l.jti IS NOT NULL"
        )
        if let trouble = try rows.first?.decode("trouble", as: String.self), !trouble.isEmpty {
            troubles.append(trouble)
        }
    }

    private func write(_ sql: String, _ state: String) async throws {
        let rows = try await connection.query("SELECT race.reservation('\(state)') AS id")
        guard let id = try rows.first?.decodeIfPresent("id", as: UUID.self) else { return }
        try await connection.query(sql, [.uuid(id)])
    }

    /// Another address is another generation of the client's links, and of those of the appointments ahead.
    private func changeAddress() async throws {
        try await connection.execute(
            """
            BEGIN;
            UPDATE booking.client SET email = gen_random_uuid() || '@example.org', portal_activated_at = NULL;
            UPDATE booking.reservation SET link_gen = link_gen + 1
            WHERE id IN (SELECT id FROM booking.reservation WHERE state = 'confirmed' ORDER BY id FOR NO KEY UPDATE);
            COMMIT;
            SELECT race.issue_all();
            """)
    }

    private func work() async throws {
        let outbox = Outbox(connection)
        let claims = try await outbox.claim(
            ClaimRequest(worker: worker, queues: ["mail"], kinds: House.kinds, limit: 6, sendingTime: .seconds(60)))
        try await connection.query(
            "SELECT holdfast.reissue(l.jti) FROM race.link('\(Bool.random(using: &random) ? "rsv" : "act")') AS l WHERE l.jti IS NOT NULL"
        )
        let jtis = claims.flatMap(\.links).map { Optional($0.jti) }
        try await connection.query(Statement("rekey_links", SQL.rekeyLinks, [.uuidArray(jtis), .text(House.keyID)]))
        _ = try await outbox.settle(claims.map { Settlement($0.job.ticket, .sent) })
    }
}
