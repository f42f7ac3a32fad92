import Logging
import Postgres

/// Hears NOTIFY and rings the claim loop's bell, so that a letter leaves within moments of its commit.
struct Listener {
    let floor: Floor
    let connection: ReconnectingConnection

    /// The channel on which `holdfast.ring_bell` names a queue.
    static let channel = "holdfast_wake"
    private static let checkInterval: Duration = .seconds(10)
    private static let pause: Duration = .seconds(1)

    /// Listens until the task is cancelled; while the connection is gone the claim loop polls faster.
    func run() async {
        while !Task.isCancelled {
            do {
                // A subscription can be lost without the connection: it is asked for now and then.
                let heard = try await connection.withConnection { connection in
                    floor.setHears(true)
                    if try await connection.notification(within: Self.checkInterval) != nil { return true }
                    let channels = try await connection.query(
                        "SELECT pg_listening_channels() AS channel", name: "listening")
                    if channels.isEmpty { try await connection.listen(Self.channel) }
                    return channels.isEmpty
                }
                if heard { floor.bell.ring() }
            } catch is CancellationError {
                return
            } catch {
                floor.setHears(false)
                floor.logger.event(.warning, "notifications cannot be heard: polling instead", [.error: "\(error)"])
                // Cancellation ends the sleep; the loop's condition sees it.
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
