/// Where the database is and how long anything may take; prints without the password.
package struct ConnectionSettings: Sendable {
    /// A `postgresql://` URI or a libpq connection string; it may hold a password.
    package var url: String
    /// Shown in `pg_stat_activity` unless the address or `PGAPPNAME` names another.
    package var applicationName: String
    /// How long opening a connection may take, all its hosts together.
    package var connectTimeout: Duration = .seconds(10)
    /// How long one statement may run on the server (`statement_timeout`).
    package var statementTimeout: Duration = .seconds(30)
    /// How long one statement may wait for a lock (`lock_timeout`).
    package var lockTimeout: Duration = .seconds(10)
    /// How long a transaction may sit idle before the server ends the session (`idle_in_transaction_session_timeout`).
    package var idleInTransactionTimeout: Duration = .seconds(60)
    /// How much longer than `statementTimeout` the client waits for an answer before it gives the connection up.
    package var answerMargin: Duration = .seconds(5)
    /// How soon TCP gives up a peer that is gone without a word (`tcp_user_timeout`; keepalives in a third of it).
    package var deadPeerTimeout: Duration = .seconds(21)
    /// Whether a pooler in transaction mode, such as PgBouncer, is known to sit in between.
    ///
    /// A pooler that nobody has told of is recognized when connecting, and treated in the same way.
    /// Direct connections set the timeouts once, with `set_config` after connecting. Through a pooler that would
    /// leak into other clients' sessions, and PgBouncer refuses startup `options`: there every transaction begins with
    /// `set_config(…, is_local => true)`, in the same round trip; statements are not prepared, LISTEN is refused.
    package var throughPooler = false
    /// The largest single parameter that is sent, in bytes.
    package var maximumParameterBytes = 16 << 20

    /// Settings with the defaults of this type.
    package init(url: String, applicationName: String = "holdfast") {
        self.url = url
        self.applicationName = applicationName
    }

    /// How long the client waits for one answer.
    package var answerTimeout: Duration { statementTimeout + answerMargin }

    /// Checks what can be checked without a connection.
    /// - Throws: `.invalidSettings`; the sentence never quotes the address.
    package func validate() throws(PostgresError) {
        _ = try ConnectionTarget(parsing: url)
        let durations = [
            ("connect timeout", connectTimeout), ("statement timeout", statementTimeout), ("lock timeout", lockTimeout),
            ("idle-in-transaction timeout", idleInTransactionTimeout), ("dead-peer timeout", deadPeerTimeout),
        ]
        for (name, value) in durations where value < .milliseconds(1) || value > .seconds(86_400 * 7) {
            throw PostgresError(.invalidSettings, "the database's \(name) must lie between 1 ms and 7 days")
        }
        guard answerMargin >= .zero, answerMargin <= .seconds(86_400), !applicationName.utf8.contains(0) else {
            throw PostgresError(.invalidSettings, "the database's answer margin or application name is not usable")
        }
    }

    /// The timeouts as a statement: for the session, or for the transaction it runs in.
    func timeouts(local: Bool) -> Statement {
        let values = [statementTimeout, lockTimeout, idleInTransactionTimeout]
        return Statement(
            "timeouts",
            """
            SELECT set_config('statement_timeout', $1, $4), set_config('lock_timeout', $2, $4),
                set_config('idle_in_transaction_session_timeout', $3, $4)
            """,
            values.map { .text("\(max($0 / .milliseconds(1), 1).rounded(.up))ms") } + [.bool(local)])
    }

    /// What libpq is told: defaults the address may override, the address, then what must hold.
    var keywords: [(String, String)] {
        let seconds = max(1, deadPeerTimeout.components.seconds / 3)
        return [
            ("keepalives", "1"), ("keepalives_idle", "\(seconds)"), ("keepalives_interval", "\(max(1, seconds / 3))"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "\(Int(deadPeerTimeout / .milliseconds(1)))"),
            ("fallback_application_name", applicationName), ("dbname", url), ("client_encoding", "UTF8"),
        ]
    }
}

extension ConnectionSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Host, port and database; nothing else of the address.
    package var description: String {
        guard let target = try? ConnectionTarget(parsing: url) else { return "a database address that cannot be read" }
        return target.description
    }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// Keeps the password out of `dump` and of string interpolation of types that hold settings.
    package var customMirror: Mirror { Mirror(self, children: ["database": description]) }
}
