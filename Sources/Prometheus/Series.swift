import CoreMetrics
import Synchronization

/// What a `# TYPE` line may say of our metrics.
enum MetricType: String {
    case counter, gauge, histogram
}

/// One metric with one set of labels.
protocol Series: AnyObject, Sendable {
    static var type: MetricType { get }

    /// Adds its lines, each with its ending.
    func write(name: String, labels: String, to text: inout String)
}

/// A number that only grows.
final class Count: Series, CounterHandler {
    static let type = MetricType.counter
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(name: String, labels: String, to text: inout String) {
        text += TextFormat.line(name, labels, "\(value.load(ordering: .relaxed))")
    }
}

/// A number that goes up and down.
final class Level: Series, MeterHandler, RecorderHandler {
    static let type = MetricType.gauge
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }

    func write(name: String, labels: String, to text: inout String) {
        text += TextFormat.line(name, labels, TextFormat.number(value.withLock { $0 }))
    }
}

/// How often values fell under each of some bounds.
final class Histogram: Series, TimerHandler, RecorderHandler {
    static let type = MetricType.histogram

    /// Seconds: from one statement to the ten minutes a relay may take for its word (RFC 5321, 4.5.3.2.6).
    static let bounds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600,
    ]

    private struct State {
        /// One for each bound, and one for what is above them all.
        var counts = Array(repeating: 0, count: Histogram.bounds.count + 1)
        var sum = 0.0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func write(name: String, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let separator = labels.isEmpty ? "" : ","
        var total = 0
        for (bound, count) in zip(Self.bounds + [.infinity], state.counts) {
            total += count
            let le = "le=\"\(TextFormat.number(bound))\""
            text += TextFormat.line("\(name)_bucket", labels + separator + le, "\(total)")
        }
        text += TextFormat.line("\(name)_sum", labels, TextFormat.number(state.sum))
        text += TextFormat.line("\(name)_count", labels, "\(total)")
    }
}
