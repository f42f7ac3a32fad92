import FoundationEssentials
import Glibc

/// A descriptor that may be a terminal, a pipe or a file.
struct TerminalStream: Sendable {
    /// The size of a terminal.
    struct Size: Sendable, Equatable {
        let columns: Int
        let rows: Int
    }

    let descriptor: Int32
    /// Whether a person may be watching.
    let isTerminal: Bool
    /// Whether colours are shown.
    let showsColour: Bool
    /// Whether a line can be drawn again: a terminal, and no dumb one.
    let canRedraw: Bool

    /// Looks once at what the descriptor is; the environment is that of the start.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        let environment = ProcessInfo.processInfo.environment
        showsColour = isTerminal && Terminal.mayColour(in: environment)
        canRedraw = isTerminal && Terminal.isCapable(in: environment)
    }

    /// How large the terminal is now; nil for a pipe or a file, and for a terminal that does not know (as some serial
    /// lines).
    var size: Size? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// How wide a page is made: as the terminal, or as most are where there is none.
    var columns: Int { size?.columns ?? 80 }

    /// Whether nobody reads any more: the other end of a pipe is closed, or the terminal is gone.
    var isAbandoned: Bool {
        var file = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&file, 1, 0) > 0 && file.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    }

    /// Puts a line in the place of the one that the cursor is in.
    func replaceLine(_ line: StyledLine) {
        write("\r\(line.rendered(inColour: showsColour))\u{1B}[K")
    }

    /// Takes away the line that the cursor is in, where there may be one.
    func clearLine() {
        if canRedraw { write("\r\u{1B}[K") }
    }

    /// Writes a text, in one piece where the system lets it.
    func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Writes bytes as they are; returns the error's number where they cannot be written.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Int32? {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN {
                // Whoever shares the descriptor has made it non-blocking: full is not lost.
                var file = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&file, 1, -1)
                continue
            }
            guard count > 0 else { return errno }
            bytes = bytes.dropFirst(count)
        }
        return nil
    }
}
