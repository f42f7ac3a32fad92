import Logging
import Outbox
import Postgres

/// Hears NOTIFY and rings the claim loop's bell, so that a letter leaves within moments of its commit; and keeps an eye
/// on the operator's stop switch, heard or not.
struct Listener {
    let floor: Floor
    let connection: ReconnectingConnection

    /// The channel on which `holdfast.ring_bell` names a queue.
    private static let channel = "holdfast_wake"
    /// The stop switch is to be obeyed within a second.
    private static let lookInterval: Duration = .milliseconds(500)
    private static let pause: Duration = .seconds(1)

    /// Listens and looks until the task is cancelled; what is not heard the claim loop finds by polling faster.
    func run() async {
        var lookedAt: ContinuousClock.Instant?
        var isToldOfPooler = false
        while !Task.isCancelled {
            do {
                try await connection.withConnection { connection in
                    if lookedAt.map({ .now - $0 >= Self.lookInterval }) ?? true {
                        let hears = try await look(connection)
                        lookedAt = .now
                        if !hears, !isToldOfPooler {
                            isToldOfPooler = true
                            floor.logger.event(.notice, "a pooler carries no notifications: polling instead")
                        }
                    }
                    if try await connection.notification(within: Self.lookInterval) != nil { floor.bell.ring() }
                }
            } catch is CancellationError {
                return
            } catch {
                lookedAt = nil
                floor.setHears(false)
                floor.complain(.listener, "notifications cannot be heard: polling instead", error)
                // Cancellation ends the sleep; the loop's condition sees it.
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Reads the stop switch and sees to the subscription, which can be lost without the connection.
    ///
    /// False when notifications cannot be heard on this connection.
    private func look(_ connection: Connection) async throws -> Bool {
        let state = try await Outbox(connection).listenState(channel: Self.channel)
        if floor.setStopSwitch(state.stopped) {
            floor.logger.event(.notice, "the stop switch was turned", [.count: state.stopped.count])
        }
        let mayListen = await !connection.isThroughPooler
        if mayListen, !state.listening {
            try await connection.listen(Self.channel)
            // What was rung before has not been heard.
            floor.bell.ring()
        }
        floor.setHears(mayListen, canHear: mayListen)
        floor.recover(.listener, "notifications are heard again")
        return mayListen
    }
}
