import Executors
import SMTP

/// Opens a session without a letter whenever a relay's pause is over, to see whether it lets us in again.
///
/// On a thread of its own, so that a relay that says nothing holds up no courier.
actor RelayProber {
    private let executor: ThreadExecutor
    private let floor: Floor
    private let number: Int
    private let timers: Timers

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter number: the relay's place in the floor's list.
    init(of number: Int, floor: Floor, timers: Timers) {
        executor = ThreadExecutor(label: "prober-\(number + 1)")
        self.floor = floor
        self.number = number
        self.timers = timers
    }

    /// Probes until the task is cancelled.
    func run() async {
        while true {
            await floor.relays.probeIsDue(number)
            if Task.isCancelled { return }
            do {
                try Session.open(floor.relays.all[number], timers: timers) { !floor.isClosing && !Task.isCancelled }
                    .quit()
                floor.relays.probed(number, nil)
            } catch {
                // Nothing more is sent: whether the relay is back no longer matters.
                if error.code == .abandoned { return }
                floor.relays.probed(number, RelayUnavailable(error))
            }
        }
    }
}
