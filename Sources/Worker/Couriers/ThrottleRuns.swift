import SMTP

/// How often in a row each letter was turned away by the relay's limits: a pure value.
///
/// Kept by each worker for itself; a restart forgets it, which costs nobody anything but patience.
struct ThrottleRuns {
    /// Beyond so many letters everything is forgotten, so that letters other workers took on do not pile up.
    static let capacity = 10_000

    private var runs: [Int64: Int] = [:]

    /// Notes the outcome of a letter; returns the length of its run, this time included.
    mutating func note(_ scope: Scope, of job: Int64) -> Int {
        guard scope == .throttle else {
            runs[job] = nil
            return 0
        }
        if runs.count >= Self.capacity { runs = [:] }
        runs[job, default: 0] += 1
        return runs[job, default: 0]
    }
}
