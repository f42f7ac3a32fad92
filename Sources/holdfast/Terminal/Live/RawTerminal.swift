import FoundationEssentials
import Glibc

/// A terminal in the hands of a live view: its other screen, no cursor, keys as they are pressed.
///
/// What it was before comes back with `restore`, or when nobody holds this any more; a process that is killed gives
/// nothing back.
final class RawTerminal {
    private let input: Int32
    private let output: TerminalStream
    private let before: termios
    private var isTaken = false

    /// Takes the terminal.
    ///
    /// - Throws: a `CommandFailure` when there is none that can be drawn on.
    init(input: Int32 = STDIN_FILENO, output: TerminalStream = Terminal.output) throws {
        var settings = termios()
        guard isatty(input) == 1, output.isTerminal, output.size != nil,
            Terminal.isCapable(in: ProcessInfo.processInfo.environment),
            tcgetattr(input, &settings) == 0
        else {
            throw CommandFailure(.usage, "--watch needs a terminal to draw on: say --json for a line each time")
        }
        self.input = input
        self.output = output
        before = settings
        take()
    }

    deinit { restore() }

    /// Takes the terminal again, after the program was stopped and goes on.
    func take() {
        var settings = before
        // No line editing, no echo, no signals by keys: Ctrl-C comes as a key, and Ctrl-Z cannot leave a mess behind.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON)
        // A stop would leave the shell a raw terminal; by its own keys nobody asks for one.
        signal(SIGTSTP, SIG_IGN)
        isTaken = true
        tcsetattr(input, TCSADRAIN, &settings)
        output.write("\u{1B}[?1049h\u{1B}[?25l")
    }

    /// Gives the terminal back as it was; what was typed and not read is dropped.
    func restore() {
        guard isTaken else { return }
        isTaken = false
        signal(SIGTSTP, SIG_DFL)
        output.write("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l")
        var settings = before
        tcsetattr(input, TCSAFLUSH, &settings)
    }
}
