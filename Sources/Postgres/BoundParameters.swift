/// A statement's parameters as libpq takes them: one flat buffer, and for each its place, length and type.
struct BoundParameters {
    private let bytes: [UInt8]
    private let starts: [Int?]
    private let lengths: [Int32]
    private let types: [UInt32]

    /// The most parameters one statement can have: the protocol counts them in 16 bits.
    static let maximumCount = 65_535

    /// Encodes the values and checks what cannot be sent.
    init(_ parameters: [Parameter], maximumBytes: Int) throws(PostgresError) {
        guard parameters.count <= Self.maximumCount else {
            throw PostgresError(
                .invalidParameter, "a statement takes at most \(Self.maximumCount) parameters; pass arrays instead")
        }
        var writer = BinaryWriter()
        var starts: [Int?] = []
        var lengths: [Int32] = []
        for (index, parameter) in parameters.enumerated() {
            let start = writer.bytes.count
            do { try writer.append(parameter) } catch {
                throw PostgresError(.invalidParameter, "parameter $\(index + 1) \(error.reason)")
            }
            let length = writer.bytes.count - start
            guard length <= maximumBytes, let length32 = Int32(exactly: length) else {
                throw PostgresError(
                    .invalidParameter,
                    "parameter $\(index + 1) has \(length) bytes; this connection sends at most \(maximumBytes)")
            }
            if case .null = parameter { starts.append(nil) } else { starts.append(start) }
            lengths.append(length32)
        }
        writer.append(false)  // so that the buffer has an address even when every value is empty
        bytes = writer.bytes
        self.starts = starts
        self.lengths = lengths
        types = parameters.map(\.type.rawValue)
    }

    var count: Int32 { Int32(clamping: lengths.count) }

    /// Calls `body` with libpq's parallel arrays: types, values, lengths, formats; valid during the call only.
    func withArrays<Result>(
        _ body: ([UInt32], [UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start in start.flatMap { offset in base.map { $0 + offset } } }
            return body(types, values, lengths, [Int32](repeating: 1, count: lengths.count))
        }
    }
}

extension BinaryWriter {
    fileprivate mutating func append(_ parameter: Parameter) throws(InvalidValue) {
        switch parameter {
        case .null: break
        case .bool(let value): append(value)
        case .int2(let value): append(value)
        case .int4(let value): append(value)
        case .int8(let value): append(value)
        case .double(let value): append(value.bitPattern)
        case .text(let value): try append(text: value)
        case .uuid(let value): append(value)
        case .timestamptz(let value): try append(value)
        case .interval(let value): try append(value)
        case .bytea(let value): append(value)
        case .jsonb(let value):
            append(UInt8(1))  // the version of jsonb's binary format
            try append(text: value)
        default: try append(array: parameter)
        }
    }

    private mutating func append(array parameter: Parameter) throws(InvalidValue) {
        switch parameter {
        case .boolArray(let values): try append(values, of: .bool) { $0.append($1) }
        case .int2Array(let values): try append(values, of: .int2) { $0.append($1) }
        case .int4Array(let values): try append(values, of: .int4) { $0.append($1) }
        case .int8Array(let values): try append(values, of: .int8) { $0.append($1) }
        case .textArray(let values):
            try append(values, of: .text) { writer, text throws(InvalidValue) in try writer.append(text: text) }
        case .uuidArray(let values): try append(values, of: .uuid) { $0.append($1) }
        case .timestamptzArray(let values):
            try append(values, of: .timestamptz) { writer, date throws(InvalidValue) in try writer.append(date) }
        case .intervalArray(let values):
            try append(values, of: .interval) { writer, span throws(InvalidValue) in try writer.append(span) }
        default: break
        }
    }
}
