/// How many jobs are claimed ahead of the couriers: as many as can start within moments, and no more, because facts
/// grow old.
///
/// A pure value: each full claim tells it how long the one before lasted.
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

    /// Learns from the time between two claims that came back full.
    mutating func lasted(_ time: Duration) {
        if time < .milliseconds(100) {
            depth = min(depth * 2, most)
        } else if time > .seconds(1) {
            depth = max(depth / 2, sessions)
        }
    }
}
