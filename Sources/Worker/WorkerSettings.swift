package import Notifications
package import Postgres
package import SMTP

/// What one worker needs to run, checked before it starts.
package struct WorkerSettings: Sendable {
    /// Where the queue is.
    package var database: ConnectionSettings
    /// Where NOTIFY is heard; through a pooler it is not, and the worker polls.
    ///
    /// Nil is the same as `database`.
    package var listenDatabase: ConnectionSettings?
    /// The relays letters go to, in the order they are preferred; at least one.
    package var relays: [Relay]
    /// What kept us out when relays were tried before the start, by their place in `relays`.
    package var absentRelays: [Int: SMTPFailure] = [:]
    /// The relays' dialogue's timers.
    package var timers = Timers()
    /// How many sessions, and so couriers, it keeps with a relay at most.
    package var sessions = 8
    /// The queues it serves.
    package var queues = ["mail"]
    /// Writes the letters.
    package var writer: LetterWriter
    /// Who may be written to.
    package var allowList: AllowList
    /// How many days history and dedupe keys are kept.
    package var historyDays = 400
    /// When a letter is tried again.
    package var retryPolicy = RetryPolicy()
    /// What the worker says of itself in `holdfast.worker`: a JSON object.
    package var info = "{}"
    /// The journal, opened and so replayed; nil leaves letters in DATA in doubt when the worker is killed.
    package var journal: Journal?
    /// Ends once nothing is due, instead of waiting for more.
    package var drains = false
    /// Settings with the defaults of this type.
    package init(database: ConnectionSettings, relays: [Relay], writer: LetterWriter, allowList: AllowList) {
        self.database = database
        self.relays = relays
        self.writer = writer
        self.allowList = allowList
    }
}
