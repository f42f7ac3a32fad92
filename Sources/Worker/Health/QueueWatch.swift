import Outbox
import Postgres

/// Looks now and then how deep the queue is, for the gauges.
struct QueueWatch {
    let floor: Floor
    let queues: [String]
    let gauges: WorkerGauges
    let connection: ReconnectingConnection

    private static let pause: Duration = .seconds(15)

    /// Looks until the task is cancelled.
    func run() async {
        repeat {
            do {
                let depth = try await connection.withConnection { try await Outbox($0).depth(of: queues) }
                gauges.show(depth)
                floor.recover(.queueWatch, "the queue's depth is known again")
            } catch is CancellationError {
                return
            } catch {
                floor.complain(.queueWatch, "the queue's depth cannot be asked for", error)
            }
        } while (try? await Task.sleep(for: Self.pause)) != nil
    }
}
