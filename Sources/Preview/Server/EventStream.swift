import Hummingbird
import NIOCore

/// Server-sent events that tell an open page when to load itself again (HTML standard, section 9.2).
struct EventStream: Sendable {
    let site: CurrentSite
    /// Tells this run of the server from the next one, whose numbers begin anew.
    let run: String

    /// How soon a browser comes back after the server went away, in milliseconds.
    private static let retry = 500

    /// Writes events until the site is closed or the page is gone.
    ///
    /// A page that is behind is told at once.
    /// - Parameters:
    ///   - lastID: what the browser says it heard last; nil when it has heard nothing yet.
    ///   - edition: the number that the page was shown under.
    func body(lastID: String?, edition: Int?) -> ResponseBody {
        ResponseBody { [self] writer in
            let numbers = site.numbers()
            var told = numbers.now
            let isBehind = lastID.map { $0 != id(told) } ?? edition.map { $0 != told } ?? false
            let greeting = "retry: \(Self.retry)\n"
            try await writer.write(ByteBuffer(string: greeting + (isBehind ? event(told) : "id: \(id(told))\n\n")))
            for await number in numbers.next {
                try await writer.write(ByteBuffer(string: number == told ? ": still here\n\n" : event(number)))
                told = number
            }
            try await writer.finish(nil)
        }
    }

    private func event(_ number: Int) -> String { "id: \(id(number))\nevent: reload\ndata: \(number)\n\n" }

    private func id(_ number: Int) -> String { "\(run)-\(number)" }
}
