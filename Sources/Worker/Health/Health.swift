/// Whether a worker does its work, and what keeps it from it: a pure judgement of its state.
///
/// Healthy means that it claimed or proved the queue empty a short while ago, and not that the process runs.
package struct Health: Sendable, Equatable {
    /// The judgement in a word.
    package enum Status: String, Sendable, CaseIterable {
        /// Letters leave.
        case ready
        /// Letters leave, later than they could.
        case degraded
        /// No letter leaves, or nobody could know that it did.
        case failing
        /// It was asked to stop.
        case stopping
    }

    /// One thing that is wrong.
    package struct Problem: Sendable, Equatable {
        /// What is wrong.
        package enum Code: String, Sendable, CaseIterable {
            /// The database is away, or refuses what is asked of it.
            case database
            /// A relay takes no letters.
            case relay
            /// The journal cannot be written, so no letter may leave.
            case journal
            /// The right to start sends has run out.
            case lease
            /// Nothing was claimed and the queue was not found empty for a while.
            case claims
            /// Outcomes cannot be written.
            case settles
            /// The lease is renewed, but lost workers' jobs are not put back.
            case heartbeat
            /// NOTIFY is not heard; the queue is polled.
            case listener
            /// The depth of the queue is not known; the metrics show an old one.
            case queueWatch = "queue_watch"
        }

        /// What is wrong.
        package let code: Code
        /// `failing` or `degraded`.
        package let severity: Status
        /// How long it has been so, where that is known.
        package let lasted: Duration?
        /// A sentence that names nobody.
        package let detail: String
    }

    /// How long a claim may be silent: an idle worker looks every five seconds, and a statement may take thirty.
    static let silence: Duration = .seconds(45)

    /// The judgement in a word.
    package let status: Status
    /// Everything that is wrong, the worst first.
    package let problems: [Problem]

    /// Judges a state.
    package init(_ state: WorkerState) {
        let candidates = [
            Self.database(state), Self.relay(state), Self.lease(state), Self.claims(state),
            Self.failing(.settles, .settles, state), Self.journal(state), Self.listener(state),
            Self.degraded(.claims, .nextDue, state), Self.degraded(.heartbeat, .heartbeat, state),
            Self.degraded(.queueWatch, .queueWatch, state),
        ]
        let found = candidates.compactMap { $0 }
        problems = found.filter { $0.severity == .failing } + found.filter { $0.severity != .failing }
        if state.isClosing {
            status = .stopping
        } else {
            status = problems.first?.severity ?? .ready
        }
    }

    /// All connections lead to one database: the one that has been away for longest speaks for it.
    private static func database(_ state: WorkerState) -> Problem? {
        let away = state.troubles.compactMap { subject, trouble in
            if case .connection(let name) = subject, name != Worker.listenConnection { trouble } else { nil }
        }
        guard let longest = away.max(by: { $0.lasted < $1.lasted }) else { return nil }
        return Problem(code: .database, severity: .failing, lasted: longest.lasted, detail: longest.reason)
    }

    /// As long as one relay takes letters, or would try the next one, they leave.
    private static func relay(_ state: WorkerState) -> Problem? {
        guard let away = state.relays.first(where: { $0.state != .closed }) else { return nil }
        let severity: Status = state.relays.contains { $0.state != .open } ? .degraded : .failing
        let detail = away.trouble ?? "The relay \(away.name) takes no letters."
        let lasted = away.since.map { state.readAt - $0 }
        return Problem(code: .relay, severity: severity, lasted: lasted, detail: detail)
    }

    private static func journal(_ state: WorkerState) -> Problem? {
        state.journalTrouble.map { Problem(code: .journal, severity: .failing, lasted: nil, detail: $0) }
    }

    private static func lease(_ state: WorkerState) -> Problem? {
        guard state.leaseLeft <= .zero else { return nil }
        let detail = "The lease is over: no send is started until it is renewed."
        return Problem(code: .lease, severity: .failing, lasted: .zero - state.leaseLeft, detail: detail)
    }

    private static func claims(_ state: WorkerState) -> Problem? {
        if let trouble = failing(.claims, .claims, state) ?? failing(.claims, .putBack, state) { return trouble }
        guard let silent = state.sinceProof else {
            return Problem(code: .claims, severity: .failing, lasted: nil, detail: "Nothing has been claimed yet.")
        }
        guard silent > silence else { return nil }
        let detail = "No claim was answered lately: the worker lives and does nothing."
        return Problem(code: .claims, severity: .failing, lasted: silent, detail: detail)
    }

    private static func listener(_ state: WorkerState) -> Problem? {
        guard state.canHear, !state.hears else { return nil }
        let trouble = state.troubles[.connection(Worker.listenConnection)]
        let detail = trouble?.reason ?? "NOTIFY is not heard: the queue is polled every second."
        return Problem(code: .listener, severity: .degraded, lasted: trouble?.lasted, detail: detail)
    }

    private static func failing(_ code: Problem.Code, _ subject: Vitals.Subject, _ state: WorkerState) -> Problem? {
        problem(code, .failing, subject, state)
    }

    private static func degraded(_ code: Problem.Code, _ subject: Vitals.Subject, _ state: WorkerState) -> Problem? {
        problem(code, .degraded, subject, state)
    }

    private static func problem(
        _ code: Problem.Code, _ severity: Status, _ subject: Vitals.Subject, _ state: WorkerState
    ) -> Problem? {
        state.troubles[subject].map {
            Problem(code: code, severity: severity, lasted: $0.lasted, detail: $0.reason)
        }
    }
}
