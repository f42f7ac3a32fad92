package import Logging

/// The keys of this program's log metadata.
///
/// There is none for an address, a name, a subject line, a link or a token.
package enum LogKey: String, Sendable {
    case asked = "locale.asked"
    case connection
    case count
    case delay = "delay.ms"
    case enhanced = "smtp.enhanced"
    case error
    case holder
    case job = "job.id"
    case kind = "job.kind"
    case lasted = "lasted.ms"
    case listen
    case outcome
    case reason
    case relay
    case sessions
    case reply = "smtp.code"
    case seconds
    case stage = "smtp.stage"
    case used = "locale.used"
    case worker = "worker.id"
}

extension Logger {
    /// Logs a fixed sentence with its facts.
    package func event(
        _ level: Logger.Level, _ sentence: StaticString, _ facts: [LogKey: any CustomStringConvertible & Sendable] = [:]
    ) {
        guard level >= logLevel else { return }
        var metadata: Logger.Metadata = [:]
        for (key, value) in facts { metadata[key.rawValue] = .stringConvertible(value) }
        log(level: level, "\(sentence)", metadata: metadata)
    }
}
