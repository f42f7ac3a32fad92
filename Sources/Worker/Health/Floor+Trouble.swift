import Logging
import Postgres

extension Floor {
    /// Notes that something cannot be done: told once, until it can be done again.
    ///
    /// A connection that is gone tells of itself, once for all that it was needed for.
    func complain(
        _ subject: Vitals.Subject, _ sentence: StaticString, _ error: any Error,
        _ facts: [LogKey: any CustomStringConvertible & Sendable] = [:]
    ) {
        let isToldAlready = (error as? PostgresError)?.endsConnection ?? false
        let isNew = !isToldAlready && vitals.note(subject, "\(error)")
        let level = isNew ? Logger.Level.error : .debug
        logger.event(level, sentence, facts.merging([.error: "\(error)"]) { own, _ in own })
    }

    /// Notes that it can be done again, when it could not.
    func recover(_ subject: Vitals.Subject, _ sentence: StaticString) {
        guard let lasted = vitals.end(subject) else { return }
        logger.event(.notice, sentence, [.lasted: Int(lasted / .milliseconds(1))])
    }

    /// Tells the log what happened to the connection of this name: that it went, once, and that it is back.
    func note(_ event: ReconnectingConnection.Event, of name: String) {
        switch event {
        case .connected(let failures):
            guard let lasted = vitals.end(.connection(name)) else {
                return logger.event(.debug, "a database connection stands", [.connection: name])
            }
            logger.event(
                .notice, "the database connection stands again",
                [.connection: name, .count: failures, .lasted: Int(lasted / .milliseconds(1))])
        case .lost(let error):
            let isNew = vitals.note(.connection(name), "\(error)")
            logger.event(isNew ? .error : .debug, "a database connection was lost", [.connection: name, .error: error])
        case .retrying(let error, let wait):
            let isNew = vitals.note(.connection(name), "\(error)")
            logger.event(
                isNew ? .error : .debug, "the database cannot be reached",
                [.connection: name, .error: error, .delay: Int(wait / .milliseconds(1))])
        }
    }
}
