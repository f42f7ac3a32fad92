import CoreMetrics
import Prometheus
import TestSupport
import Testing

@Suite("Prometheus registry, read by Prometheus's own client")
struct RegistryTests {
    private let registry = PrometheusRegistry {
        $0 == "letters_total" ? #"Letters, with a \ and"# + "\na second line" : nil
    }

    private func family(_ name: String) async throws -> ReadMetrics {
        try #require(try await ReadMetrics.parse(registry.text).first { $0.name == name })
    }

    @Test("an empty registry is an empty text")
    func empty() {
        #expect(registry.text.isEmpty)
    }

    @Test("a counter is one series for each set of labels, whoever asks for it")
    func counter() async throws {
        for _ in 0..<2 {
            Counter(label: "letters_total", dimensions: [("kind", "a"), ("outcome", "sent")], factory: registry)
                .increment(by: 2)
        }
        Counter(label: "letters_total", dimensions: [("outcome", "failed"), ("kind", "a")], factory: registry)
            .increment()
        let letters = try await family("letters")
        #expect(letters.type == "counter")
        #expect(letters.help == #"Letters, with a \ and"# + "\na second line")
        #expect(letters.samples.map(\.name) == ["letters_total", "letters_total"])
        #expect(
            letters.samples.map(\.labels) == [
                ["kind": "a", "outcome": "failed"], ["kind": "a", "outcome": "sent"],
            ])
        #expect(letters.samples.map(\.number) == [1, 4])
    }

    @Test("a meter is a gauge, also far from one", arguments: [0, -1.5, 1e-9, 1e300, .infinity, -.infinity, .nan])
    func gauge(_ value: Double) async throws {
        Meter(label: "level", factory: registry).set(value)
        let level = try await family("level")
        #expect(level.type == "gauge")
        let read = try #require(level.samples.first).number
        #expect(read == value || read.isNaN && value.isNaN)
    }

    @Test("a gauge keeps the last value only")
    func lastValue() async throws {
        let gauge = Gauge(label: "level", factory: registry)
        gauge.record(7)
        gauge.record(3.5)
        #expect(try await family("level").samples.map(\.number) == [3.5])
    }

    @Test("a timer is a histogram in seconds whose buckets add up, each bound belonging to its bucket")
    func histogram() async throws {
        let timer = Timer(label: "send_seconds", dimensions: [("relay", "first")], factory: registry)
        for milliseconds in [1, 2, 400, 7_000, 900_000] as [Int64] { timer.recordMilliseconds(milliseconds) }
        let family = try await family("send_seconds")
        #expect(family.type == "histogram")
        #expect(family.samples.allSatisfy { $0.labels["relay"] == "first" })
        let buckets = family.samples.filter { $0.name == "send_seconds_bucket" }
        let at = { (bound: Double) in buckets.first { Double($0.labels["le"] ?? "") == bound }?.number }
        #expect(at(0.001) == 1)
        #expect(at(0.0025) == 2)
        #expect(at(0.25) == 2)
        #expect(at(0.5) == 3)
        #expect(at(10) == 4)
        #expect(at(600) == 4)
        #expect(buckets.last?.labels["le"] == "+Inf" && buckets.last?.number == 5)
        #expect(family.samples.suffix(2).map(\.name) == ["send_seconds_sum", "send_seconds_count"])
        #expect(family.samples.suffix(2).map(\.number) == [907.403, 5])
    }

    @Test(
        "a label's value comes back as it went in",
        arguments: ["plain", #"a "quoted" word"#, #"back\slash"#, "two\nlines", #"\n"#, "größer ✓", ""])
    func labelValue(_ value: String) async throws {
        Counter(label: "seen_total", dimensions: [("what", value)], factory: registry).increment()
        #expect(try await family("seen").samples.map(\.labels) == [["what": value]])
    }

    @Test("names that Prometheus does not allow are mended, not refused")
    func names() async throws {
        Meter(label: "9 lives.left", dimensions: [("cat's name", "Tom"), ("", "nothing")], factory: registry).set(1)
        let mended = try await family("_9_lives_left")
        #expect(mended.samples.map(\.labels) == [["cat_s_name": "Tom", "_": "nothing"]])
    }

    @Test("a name that is used for two types is told apart, so that the text stays valid")
    func twoTypes() async throws {
        Counter(label: "depth", factory: registry).increment(by: 3)
        Meter(label: "depth", factory: registry).set(5)
        #expect(try await family("depth_gauge").samples.map(\.number) == [5])
        #expect(try await family("depth").samples.map(\.number) == [3])
    }

    @Test("the same metrics are the same text, in whatever order they were made")
    func order() {
        let names = ["b_total", "a_total", "c_total"]
        let texts = [names, names.reversed()].map { names in
            let registry = PrometheusRegistry()
            for name in names {
                for kind in ["y", "x"] {
                    Counter(label: name, dimensions: [("kind", kind)], factory: registry).increment()
                }
            }
            return registry.text
        }
        #expect(texts[0] == texts[1])
        #expect(
            texts[0].hasPrefix("# TYPE a_total counter\na_total{kind=\"x\"} 1\na_total{kind=\"y\"} 1\n# TYPE b_total"))
    }

    @Test("a destroyed metric is left out, and its family with its last one")
    func destroyed() {
        let counters = ["x", "y"].map { Counter(label: "a_total", dimensions: [("kind", $0)], factory: registry) }
        counters[0].destroy()
        #expect(registry.text == "# TYPE a_total counter\na_total{kind=\"y\"} 0\n")
        counters[1].destroy()
        #expect(registry.text.isEmpty)
    }

    @Test("nothing is lost when many count at once")
    func concurrent() async throws {
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        Counter(label: "busy_total", factory: registry).increment()
                        Timer(label: "busy_seconds", factory: registry).recordMilliseconds(3)
                    }
                }
            }
        }
        #expect(registry.text.contains("\nbusy_total 8000\n"))
        #expect(registry.text.contains("\nbusy_seconds_count 8000\n"))
    }
}
