import Synchronization

/// A bounded queue between tasks: what the claim loop hands to couriers, and what couriers hand to the settle loop.
///
/// Any number of senders and receivers. Elements come out in the order they went in. A receiver that is cancelled gets
/// nil and loses nothing; elements that are in the channel when it is finished are still received.
final class Channel<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isFinished = false
        var receivers: [(id: UInt64, wake: CheckedContinuation<Void, Never>)] = []
        var spaceWaiters: [(id: UInt64, wake: CheckedContinuation<Void, Never>)] = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// An empty channel that asks senders to wait once it holds `capacity` elements.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many elements wait in it.
    var count: Int { state.withLock { $0.elements.count } }

    /// Puts elements in and wakes as many receivers, the one that waited least first: its session is still warm.
    ///
    /// Never waits: whoever must not overfill it awaits `space` first.
    func send(_ elements: some Collection<Element>) {
        let woken = state.withLock { state in
            state.elements.append(contentsOf: elements)
            let count = min(state.receivers.count, state.elements.count)
            defer { state.receivers.removeLast(count) }
            return Array(state.receivers.suffix(count))
        }
        for receiver in woken { receiver.wake.resume() }
    }

    /// The next element, or nil once the channel is finished and empty, or the task is cancelled.
    func receive() async -> Element? {
        await receive(upTo: 1).first
    }

    /// The next elements, at least one; none once the channel is finished and empty, or the task is cancelled.
    func receive(upTo limit: Int) async -> [Element] {
        while true {
            let (taken, woken, isFinished) = take(upTo: limit)
            for waiter in woken { waiter.wake.resume() }
            if !taken.isEmpty || isFinished || Task.isCancelled { return taken }
            await wait(in: \.receivers) { $0.elements.isEmpty && !$0.isFinished }
        }
    }

    /// The elements that wait now, without waiting for any.
    func receiveReady(upTo limit: Int) -> [Element] {
        let (taken, woken, _) = take(upTo: limit)
        for waiter in woken { waiter.wake.resume() }
        return taken
    }

    /// Returns once it holds less than its capacity, it is finished, or the task is cancelled.
    func space() async {
        let isFull: @Sendable (State) -> Bool = { [capacity] in $0.elements.count >= capacity && !$0.isFinished }
        while state.withLock({ isFull($0) }), !Task.isCancelled {
            await wait(in: \.spaceWaiters, while: isFull)
        }
    }

    /// Ends the channel: receivers get what is left, then nil.
    func finish() {
        let woken = state.withLock { state in
            state.isFinished = true
            defer { (state.receivers, state.spaceWaiters) = ([], []) }
            return state.receivers + state.spaceWaiters
        }
        for waiter in woken { waiter.wake.resume() }
    }

    /// Takes out the elements for which this holds, whatever their place.
    func take(where isWanted: (Element) -> Bool) -> [Element] {
        let (taken, woken) = state.withLock { state in
            let taken = state.elements.filter(isWanted)
            guard !taken.isEmpty else { return (taken, [Waiter]()) }
            state.elements.removeAll(where: isWanted)
            defer { state.spaceWaiters = [] }
            return (taken, state.spaceWaiters)
        }
        for waiter in woken { waiter.wake.resume() }
        return taken
    }

    /// How many wait for an element.
    var waiting: Int { state.withLock { $0.receivers.count } }

    /// Whether somebody waits for an element.
    var isAwaited: Bool { waiting > 0 }

    private typealias Waiter = (id: UInt64, wake: CheckedContinuation<Void, Never>)

    private func take(upTo limit: Int) -> (taken: [Element], woken: [Waiter], isFinished: Bool) {
        state.withLock { state in
            let taken = Array(state.elements.prefix(limit))
            state.elements.removeFirst(taken.count)
            let woken = taken.isEmpty ? [] : state.spaceWaiters
            if !taken.isEmpty { state.spaceWaiters = [] }
            return (taken, woken, state.isFinished)
        }
    }

    private func wait(
        in queue: any WritableKeyPath<State, [Waiter]> & Sendable, while mustWait: @Sendable (State) -> Bool
    ) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard mustWait(state), !Task.isCancelled else { return false }
                    state[keyPath: queue].append((id, continuation))
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            let found = state.withLock { state -> Waiter? in
                guard let at = state[keyPath: queue].firstIndex(where: { $0.id == id }) else { return nil }
                return state[keyPath: queue].remove(at: at)
            }
            found?.wake.resume()
        }
    }
}
