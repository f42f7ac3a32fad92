import Glibc

/// Why a wait on a socket ended.
enum SocketWait {
    /// The socket is readable, writable or in error: libpq's turn.
    case ready(events: Int16)
    /// The interrupt was woken; its wakes are drained.
    case interrupted
    /// The deadline passed.
    case timedOut

    /// Waits in poll(2) until the socket is ready, the interrupt wakes it or the deadline passes.
    /// - Parameter socket: a negative one is left out (poll(2)), to wait for the interrupt alone.
    static func wait(
        socket: Int32, events: Int32, interrupt: Interrupt, until deadline: ContinuousClock.Instant
    ) -> SocketWait {
        var descriptors = [
            pollfd(fd: socket, events: Int16(events), revents: 0),
            pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard poll(&descriptors, 2, milliseconds(left)) >= 0 else { continue }  // EINTR: a signal, wait on
            if descriptors[1].revents != 0 {
                interrupt.drain()
                return .interrupted
            }
            if descriptors[0].revents != 0 { return .ready(events: descriptors[0].revents) }
            if left <= .zero { return .timedOut }
        }
    }

    /// Whole milliseconds, rounded up, so that poll(2) never spins just before a deadline.
    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: min(seconds, 1_000_000) * 1000 + fraction)
    }
}
