import Foundation
import Glibc
import Testing

@testable import holdfast

@Suite struct RawTerminalTests {
    @Test("Whoever forgets to give the terminal back has it given back")
    func forgotten() async {
        await #expect(processExitsWith: .exitCode(7)) {
            setenv("TERM", "xterm", 1)
            // What grantpt, unlockpt and ptsname ask (ioctl_tty(2)): TIOCSPTLCK, TIOCGPTN.
            let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var (lock, number): (Int32, Int32) = (0, 0)
            guard ioctl(master, 0x4004_5431, &lock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else { exit(1) }
            let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
            var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
            guard ioctl(slave, UInt(TIOCSWINSZ), &size) == 0 else { exit(2) }
            var (before, during, after) = (termios(), termios(), termios())
            tcgetattr(slave, &before)
            do {
                let raw = try RawTerminal(input: slave, output: TerminalStream(descriptor: slave))
                withExtendedLifetime(raw) { _ = tcgetattr(slave, &during) }
            }
            tcgetattr(slave, &after)
            guard during.c_lflag != before.c_lflag else { exit(3) }
            guard after.c_lflag == before.c_lflag else { exit(4) }
            // What was written comes out at the other end a little later, and not in one piece.
            var written = ""
            var file = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            var buffer = [UInt8](repeating: 0, count: 1024)
            while !written.hasSuffix("\u{1B}[?1049l") {
                guard poll(&file, 1, 60_000) > 0 else { exit(5) }
                let count = read(master, &buffer, buffer.count)
                guard count > 0 else { exit(6) }
                written += String(decoding: buffer.prefix(count), as: UTF8.self)
            }
            exit(7)
        }
    }
}
