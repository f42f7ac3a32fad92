/// How many jobs are claimed ahead of the couriers: as many as can start within moments, and no more, because facts
/// grow old.
///
/// A pure value: each full claim tells it how long the one before lasted.
struct Prefetch {
    private let least: Int
    private let most: Int
    /// Jobs to hold at once, waiting ones included.
    private(set) var depth: Int

    init(sessions: Int, most: Int = 512) {
        least = max(1, sessions)
        self.most = max(most, sessions)
        depth = max(1, sessions) * 2
    }

    /// Learns from the time between two claims that came back full.
    mutating func lasted(_ time: Duration) {
        if time < .milliseconds(100) {
            depth = min(depth * 2, most)
        } else if time > .seconds(1) {
            depth = max(depth / 2, least)
        }
    }
}
