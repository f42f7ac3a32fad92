import Synchronization

/// The site as it is shown now: replaced as a whole, read by every request, watched by every open page.
///
/// Any thread may use it.
package final class CurrentSite: Sendable {
    /// Looks up a page by its path without the leading slash, of the edition with this number; nil where there is none.
    package typealias Lookup = @Sendable (_ path: String, _ edition: Int) -> Page?

    private struct State {
        var number = 1
        var page: Lookup
        var specimens: [SpecimenID: Specimen]
        var isClosed = false
        var lastReader = 0
        var readers: [Int: AsyncStream<Int>.Continuation] = [:]
    }

    private let state: Mutex<State>

    /// Shows this first; it has the number 1.
    package init(_ page: @escaping Lookup, specimens: [Specimen] = []) {
        state = Mutex(State(page: page, specimens: Self.byID(specimens)))
    }

    /// Shows another site from now on and tells every open page.
    package func show(_ page: @escaping Lookup, specimens: [Specimen] = []) {
        state.withLock { state in
            state.page = page
            state.specimens = Self.byID(specimens)
            state.number += 1
        }
        remind()
    }

    /// The page at a path; nil where there is none.
    func page(at path: String) -> Page? {
        let (page, number) = state.withLock { ($0.page, $0.number) }
        return page(path, number)
    }

    /// A letter of the gallery that is shown now.
    func specimen(_ id: SpecimenID) -> Specimen? { state.withLock { $0.specimens[id] } }

    /// The number of what is shown now, and a stream of numbers from here on: the same one again is a sign of life.
    ///
    /// A slow reader misses numbers but never the newest. The stream ends when the site is closed.
    func numbers() -> (now: Int, next: AsyncStream<Int>) {
        let (stream, continuation) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (number, reader) = state.withLock { state -> (Int, Int?) in
            guard !state.isClosed else { return (state.number, nil) }
            state.lastReader += 1
            state.readers[state.lastReader] = continuation
            return (state.number, state.lastReader)
        }
        guard let reader else {
            continuation.finish()
            return (number, stream)
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: reader) }
        }
        return (number, stream)
    }

    /// Says the number again to every open page: one that is gone is noticed by the attempt.
    func remind() {
        let (number, readers) = state.withLock { ($0.number, Array($0.readers.values)) }
        for reader in readers { reader.yield(number) }
    }

    /// Ends every stream, those of later readers too.
    func close() {
        let readers = state.withLock { state in
            state.isClosed = true
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }

    private static func byID(_ specimens: [Specimen]) -> [SpecimenID: Specimen] {
        Dictionary(specimens.map { ($0.id, $0) }) { first, _ in first }
    }
}
