import ArgumentParser
import Glibc
import UnixSignals

/// A page that is shown on the terminal's other screen and read again every so often, until `q` or Ctrl-C.
///
/// The terminal is given back as it was at the end, after an error, and on SIGINT, SIGTERM, SIGHUP and SIGQUIT.
struct LiveView {
    /// A page's lines, for so many columns.
    typealias Page = @Sendable (_ columns: Int) -> [StyledLine]

    private enum Event: Sendable {
        case typed([LiveKey])
        case signalled(UnixSignal)
        case read(Result<Page, any Error>)
    }

    private let raw: RawTerminal
    private var page: Page
    private var screen: LiveScreen
    private let foot: StyledLine
    private let events: AsyncStream<Event>
    private let sources: [Task<Void, Never>]
    private let keys: KeyReader

    /// Shows pages until the operator has seen enough.
    ///
    /// A page that cannot be read is told in the last line, and tried again at its time; the one before stays.
    /// - Parameters:
    ///   - title: what the last line calls it.
    ///   - interval: how long to wait between two pages.
    ///   - page: reads the page; the first is read before the screen is taken.
    /// - Throws: what the first `page` throws; `CommandFailure` without a terminal; the exit code of a signal that ended
    ///   it.
    static func show(
        _ title: String, every interval: Duration, page: @escaping @Sendable () async throws -> Page
    ) async throws {
        let first = try await page()
        var view = try await LiveView(title, interval, first, page)
        defer { view.end() }
        try await view.run()
    }

    private init(
        _ title: String, _ interval: Duration, _ first: @escaping Page,
        _ next: @escaping @Sendable () async throws -> Page
    ) async throws {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        page = first
        foot = "\(title), every \(interval / .seconds(1)) s"
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit, .sigwinch, .sigcont)
        raw = try RawTerminal()
        keys = try KeyReader { continuation.yield(.typed($0.map(LiveKey.read) ?? [.quit])) }
        screen = LiveScreen(size: Self.size, showsColour: Terminal.output.showsColour)
        sources = [
            Task { for await signal in signals { continuation.yield(.signalled(signal)) } },
            Task {
                while (try? await Task.sleep(for: interval)) != nil {
                    do { continuation.yield(.read(.success(try await next()))) } catch {
                        continuation.yield(.read(.failure(error)))
                    }
                }
            },
        ]
    }

    private static var size: TerminalStream.Size {
        Terminal.output.size ?? TerminalStream.Size(columns: 80, rows: 24)
    }

    private mutating func run() async throws {
        screen.foot = foot
        lay()
        Terminal.output.write(screen.update())
        for await event in events {
            guard try obey(event) else { return }
            Terminal.output.write(screen.update())
        }
    }

    /// Takes in what happened; false when that is the end.
    private mutating func obey(_ event: Event) throws -> Bool {
        switch event {
        case .typed(let keys):
            for key in keys { screen.scroll(key) }
            return !keys.contains(.quit)
        case .signalled(.sigwinch): resize()
        case .signalled(.sigcont):
            raw.take()
            resize()
            screen.forget()
        case .signalled(let signal): throw ExitCode(128 + signal.rawValue)
        case .read(.success(let read)):
            (page, screen.foot) = (read, foot)
            lay()
        case .read(.failure(let error)):
            let sentence = CommandFailure(error)?.message ?? "\(error)"
            screen.foot = StyledLine("not read: \(sentence)", .bad)
        }
        return true
    }

    private mutating func resize() {
        screen.size = Self.size
        lay()
    }

    /// Lays the page out for the window as it is.
    private mutating func lay() { screen.page = page(screen.size.columns) }

    private func end() {
        raw.restore()
        keys.stop()
        for source in sources { source.cancel() }
    }
}
