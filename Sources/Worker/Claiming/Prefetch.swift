/// How many jobs are claimed ahead of the couriers: as many as can start within moments, and no more, because facts
/// grow old.
///
/// A pure value: each full claim tells it what became of the one before.
struct Prefetch {
    private let sessions: Int
    private let most: Int
    /// Jobs to hold at once, waiting ones included.
    private(set) var depth: Int

    init(sessions: Int, most: Int = 512) {
        self.sessions = max(1, sessions)
        self.most = max(most, sessions)
        depth = self.sessions * 2
    }

    /// The part of the depth for so many of the sessions: what one session has ahead stays the same.
    func depth(for places: Int) -> Int {
        max(1, depth * min(places, sessions) / sessions)
    }

    /// Learns from the letters that couriers took between two claims that came back full: how long the depth lasts them.
    mutating func used(_ letters: Int, in time: Duration) {
        guard letters > 0 else { return }
        let lasts = time * (Double(depth) / Double(letters))
        if lasts < .milliseconds(100) {
            depth = min(depth * 2, most)
        } else if lasts > .seconds(1) {
            depth = max(depth / 2, sessions)
        }
    }
}
