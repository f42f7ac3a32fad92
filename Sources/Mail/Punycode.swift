/// The encoder of RFC 3492, for one label.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26
    private static let skew = 38
    private static let damp = 700
    private static let digits = [UInt8]("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// Encodes `scalars`, at most the 63 of a label, without the `xn--` prefix.
    ///
    /// So few cannot overflow a delta, which is why the checks of RFC 3492 section 6.4 are not here.
    static func encode(_ scalars: [Unicode.Scalar]) -> String {
        var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
        let basicCount = output.count
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var next = 0x80
        var delta = 0
        var bias = 72
        var handled = basicCount
        while let least = scalars.lazy.map({ Int($0.value) }).filter({ $0 >= next }).min() {
            delta += (least - next) * (handled + 1)
            next = least
            for scalar in scalars {
                if scalar.value < next { delta += 1 }
                guard scalar.value == next else { continue }
                appendInteger(delta, bias: bias, to: &output)
                bias = adapt(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends a generalized variable-length integer (RFC 3492 section 3.3).
    private static func appendInteger(_ value: Int, bias: Int, to output: inout [UInt8]) {
        var rest = value
        var position = base
        while true {
            let threshold = min(max(position - bias, tMin), tMax)
            if rest < threshold { break }
            output.append(digits[threshold + (rest - threshold) % (base - threshold)])
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digits[rest])
    }

    /// Bias adaptation (RFC 3492 section 6.1).
    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var rest = isFirst ? delta / damp : delta / 2
        rest += rest / count
        var offset = 0
        while rest > (base - tMin) * tMax / 2 {
            rest /= base - tMin
            offset += base
        }
        return offset + (base - tMin + 1) * rest / (rest + skew)
    }
}
