package import CoreMetrics
import Synchronization

/// Keeps every metric of the process and writes them down as Prometheus reads them.
///
/// A backend of swift-metrics: counters are counters, meters and gauges are gauges, timers and recorders are histograms
/// over `Histogram.bounds`. The same name with the same labels is the same metric, whoever asks for it. Safe from any
/// thread; an update takes no lock but the metric's own.
package final class PrometheusRegistry: Sendable {
    private struct Family {
        let type: MetricType
        /// By their labels as written.
        var series: [String: any Series] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let help: @Sendable (String) -> String?

    /// An empty registry.
    /// - Parameter help: one line on a metric of this name, for its `# HELP`; nil leaves the line out.
    package init(help: @escaping @Sendable (String) -> String? = { _ in nil }) {
        self.help = help
    }

    /// Every metric in the text format, version 0.0.4, sorted by name and labels.
    ///
    /// See https://prometheus.io/docs/instrumenting/exposition_formats/.
    package var text: String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            if let help = help(name) { text += "# HELP \(name) \(TextFormat.help(help))\n" }
            text += "# TYPE \(name) \(family.type.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name: name, labels: labels, to: &text)
            }
        }
        return text
    }

    /// The metric of this name and these labels, made if there is none.
    private func series<Kept: Series>(_ label: String, _ dimensions: [(String, String)], _ fresh: () -> Kept) -> Kept {
        let labels = TextFormat.labels(dimensions)
        return families.withLock { families in
            var name = TextFormat.name(label)
            // A name has one type for good: whoever uses it for another gets a name of its own.
            if let family = families[name], family.type != Kept.type { name += "_\(Kept.type.rawValue)" }
            if let known = families[name]?.series[labels] as? Kept { return known }
            let series = fresh()
            families[name, default: Family(type: Kept.type)].series[labels] = series
            return series
        }
    }

    private func forget(_ handler: AnyObject) {
        families.withLock { families in
            families = families.compactMapValues { family in
                let kept = family.series.filter { $0.value !== handler }
                return kept.isEmpty ? nil : Family(type: family.type, series: kept)
            }
        }
    }
}

extension PrometheusRegistry: MetricsFactory {
    /// A counter.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { Count() }
    }

    /// A gauge.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { Level() }
    }

    /// A histogram; a gauge when only the last value counts.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return series(label, dimensions) { Histogram() } }
        return series(label, dimensions) { Level() }
    }

    /// A histogram in seconds.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions) { Histogram() }
    }

    /// Leaves the metric out from now on.
    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }

    /// Leaves the metric out from now on.
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }

    /// Leaves the metric out from now on.
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }

    /// Leaves the metric out from now on.
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}
