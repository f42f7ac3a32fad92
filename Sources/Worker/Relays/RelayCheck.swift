import Executors
package import SMTP
import Synchronization

/// Tries every relay before the worker starts: at least one must let us in, and what keeps us out of the others is told
/// now, and not on the day they are needed.
package enum RelayCheck {
    /// Once one relay has let us in, the others have so long to do the same.
    private static let patience: Duration = .seconds(10)

    /// Opens a session with each relay, all at once, each on a thread of its own.
    ///
    /// - Returns: what kept us out of relays, by their place in the list; never of all of them.
    /// - Throws: when no relay lets us in, the first `SMTPFailure` that only other settings would mend, else the first
    ///   relay's. A spare relay whose certificate has expired must not turn a restart into an outage.
    package static func run(_ relays: [Relay], timers: Timers = Timers()) async throws -> [Int: SMTPFailure] {
        let letIn = FirstSuccess()
        let absent = await withTaskGroup(of: (Int, SMTPFailure?).self) { group in
            for (number, relay) in relays.enumerated() {
                group.addTask { (number, await Caller(number).call(relay, timers, letIn)) }
            }
            return await group.reduce(into: [Int: SMTPFailure]()) { $0[$1.0] = $1.1 }
        }
        let failures = absent.sorted { $0.key < $1.key }.map(\.value)
        guard let first = failures.first, failures.count == relays.count else { return absent }
        throw failures.first(where: \.isMisconfiguration) ?? first
    }

    /// What a relay showed when it let us in.
    package struct Admission: Sendable, Equatable {
        /// TLS version and cipher; nil on a plaintext loopback session.
        package let tls: String?
        /// What its certificate says; nil without TLS.
        package let certificate: PeerCertificate?
    }

    /// Opens a session with each relay, all at once, each on a thread of its own, and tells what each one showed.
    ///
    /// - Parameter timers: how long each step may take; an operator waits for the slowest.
    /// - Returns: what the relay showed or what kept us out, in the order of the list.
    package static func inspect(_ relays: [Relay], timers: Timers) async -> [Result<Admission, SMTPFailure>] {
        await withTaskGroup(of: (Int, Result<Admission, SMTPFailure>).self) { group in
            for (number, relay) in relays.enumerated() {
                group.addTask { (number, await Caller(number).inspect(relay, timers)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private final class FirstSuccess: Sendable {
        private let at = Mutex<ContinuousClock.Instant?>(nil)

        func note() { at.withLock { $0 = $0 ?? .now } }

        var isLongAgo: Bool { at.withLock { $0.map { .now - $0 > RelayCheck.patience } ?? false } }
    }

    private actor Caller {
        private let executor: ThreadExecutor

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init(_ number: Int) { executor = ThreadExecutor(label: "check-\(number + 1)") }

        func inspect(_ relay: Relay, _ timers: Timers) -> Result<Admission, SMTPFailure> {
            do throws(SMTPFailure) {
                let session = try Session.open(relay, timers: timers, readsCertificate: true) { !Task.isCancelled }
                let admission = Admission(tls: session.tls, certificate: session.certificate)
                session.quit()
                return .success(admission)
            } catch {
                return .failure(error)
            }
        }

        func call(_ relay: Relay, _ timers: Timers, _ letIn: FirstSuccess) -> SMTPFailure? {
            do {
                try Session.open(relay, timers: timers) { !letIn.isLongAgo && !Task.isCancelled }.quit()
                letIn.note()
                return nil
            } catch {
                return error
            }
        }
    }
}
