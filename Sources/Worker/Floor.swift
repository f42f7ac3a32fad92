import CoreMetrics
import Logging
import Notifications
import Outbox
import SMTP
import Synchronization

/// What the tasks of one worker share: the two channels between them, and what tells them to hold back.
final class Floor: Sendable {
    /// Claimed jobs on their way to a courier; the claim loop keeps it within its prefetch.
    let backlog = Channel<HeldClaim>(capacity: .max)
    /// What couriers say, on its way to the settle loop.
    ///
    /// Couriers wait while it is full, so that an outage of the database stops the sending.
    let reports = Channel<Report>(capacity: 1024)
    /// Where letters go.
    let relays: Relays
    /// What is remembered of each relay's refusals from letter to letter.
    let refusals: [RefusalWatch]
    /// Whether this worker may start a send.
    let lease: Lease
    /// Wakes the claim loop.
    let bell = Bell()
    /// What outlives a kill; nil without a folder for it.
    let journal: Journal?
    let logger: Logger
    /// What goes wrong, and since when.
    let vitals = Vitals()
    let metrics: WorkerMetrics

    /// Claims that have no report written yet.
    private let tickets = Mutex<Set<Ticket>>([])

    private struct State {
        var closingSince: ContinuousClock.Instant?
        var hears = false
        var canHear = true
        var stopSwitch = StopSwitch()
        /// When the stop switch was last read.
        var stopSwitchAt = ContinuousClock.now
        var findings: UpkeepFindings?
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let locales = Mutex(LocaleWatch())

    init(
        lease: Lease, relays: [Relay] = [], sessions: Int = 1, journal: Journal? = nil, logger: Logger,
        metrics: WorkerMetrics = WorkerMetrics(NOOPMetricsHandler.instance)
    ) {
        self.lease = lease
        self.journal = journal
        refusals = relays.map { _ in RefusalWatch() }
        self.relays = Relays(relays, sessions: sessions, bell: bell, logger: logger)
        self.logger = logger
        self.metrics = metrics
    }

    /// Nothing more is to be claimed.
    var isClosing: Bool { closingSince != nil }

    /// When the end was asked for.
    var closingSince: ContinuousClock.Instant? { state.withLock { $0.closingSince } }

    /// NOTIFY is heard.
    var hears: Bool { state.withLock { $0.hears } }

    /// NOTIFY could be heard: no pooler stands between.
    var canHear: Bool { state.withLock { $0.canHear } }

    /// Whether a claimed letter is stopped by the operator, as far as this worker has heard.
    ///
    /// A claim reads the stop switch itself: it knows better than what was heard before it.
    func isStopped(_ held: HeldClaim) -> Bool {
        state.withLock { $0.stopSwitchAt > held.heldSince && $0.stopSwitch.stops(held.claim.job.kind) }
    }

    /// What upkeep found last; nil before its first look.
    var findings: UpkeepFindings? { state.withLock { $0.findings } }

    /// Asks for the end: the claim loop claims nothing more.
    func close() {
        state.withLock { $0.closingSince = $0.closingSince ?? .now }
        bell.ring()
    }

    /// Asks for the end because going on makes no sense; `run` then throws this.
    func end(with failure: any Error) {
        state.withLock { $0.failure = $0.failure ?? failure }
        close()
    }

    /// Why the end was asked for, when it was not by a stop.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// Claims that have no report written yet.
    var outstanding: [Ticket] { tickets.withLock { Array($0) } }

    /// Whether every claim has its report written.
    var isIdle: Bool { tickets.withLock { $0.isEmpty } }

    /// Hands claims to the couriers.
    func take(_ claims: [HeldClaim]) {
        tickets.withLock { $0.formUnion(claims.map(\.claim.job.ticket)) }
        backlog.send(claims)
    }

    /// Strikes off the claims whose reports are written, and lets the claim loop look again.
    func wrote(_ reports: [Report]) {
        let written = reports.map(\.ticket)
        tickets.withLock { $0.subtract(written) }
        journal?.done(written)
        bell.ring()
    }

    /// Notes a record in the journal, if there is one; false when it cannot be written, and then nothing may leave.
    func note(_ record: JournalRecord) -> Bool { journal?.note(record) ?? true }

    /// Says so, once for each language, when a letter had to be written in another one than the reader's.
    func noteLanguage(of letter: Letter) {
        guard let fallback = locales.withLock({ $0.news(asked: letter.askedLocale, used: letter.locale) }) else {
            return
        }
        logger.event(
            .notice, "letters in a language without templates of its own are written in another",
            [.asked: fallback.asked, .used: fallback.used])
    }

    /// Gives back claims that no courier took while their facts were fresh; true when there were any.
    func giveBackStale() -> Bool {
        let stale = backlog.take { !$0.isFresh }
        reports.send(stale.map { .release($0.claim.job.ticket) })
        return !stale.isEmpty
    }

    /// Ends the backlog, once nothing more is claimed; what no courier has taken goes back to the queue.
    func giveBack() {
        reports.send(backlog.receiveReady(upTo: .max).map { .release($0.claim.job.ticket) })
        backlog.finish()
        relays.close()
    }

    /// Takes a letter back from a courier that may not carry it: another does, unless there will be none.
    func handBack(_ held: HeldClaim) {
        // Should the worker die now, it was not with this letter in hand.
        _ = note(.notTaken(held.claim.job.ticket))
        if isClosing {
            reports.send(CollectionOfOne(.release(held.claim.job.ticket)))
        } else {
            backlog.send(CollectionOfOne(held))
        }
    }

    /// Notes whether NOTIFY is heard.
    ///
    /// What was rung before it was is looked up at once.
    func setHears(_ hears: Bool, canHear: Bool? = nil) {
        let began = state.withLock { state in
            defer { (state.hears, state.canHear) = (hears, canHear ?? state.canHear) }
            return hears && !state.hears
        }
        if began { bell.ring() }
    }

    /// Notes what upkeep found.
    func setFindings(_ findings: UpkeepFindings) {
        state.withLock { $0.findings = findings }
    }

    /// Notes which kinds are stopped; gives back what no courier has taken of them.
    ///
    /// True when that has changed.
    func setStopSwitch(_ stopSwitch: StopSwitch) -> Bool {
        let changed = state.withLock { state in
            defer { (state.stopSwitch, state.stopSwitchAt) = (stopSwitch, .now) }
            return state.stopSwitch != stopSwitch
        }
        reports.send(backlog.take { stopSwitch.stops($0.claim.job.kind) }.map { .release($0.claim.job.ticket) })
        if changed { bell.ring() }
        return changed
    }
}
