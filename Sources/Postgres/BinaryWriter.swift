import FoundationEssentials

/// Appends values in PostgreSQL's binary format: big-endian, as the types' `send` functions write them.
struct BinaryWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    mutating func append(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    mutating func append(text: String) throws(InvalidValue) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        guard !bytes[start...].contains(0) else { throw InvalidValue(reason: "is text with a NUL character") }
    }

    mutating func append(_ value: UUID) {
        withUnsafeBytes(of: value.uuid) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Date) throws(InvalidValue) {
        guard let microseconds = PostgresTime.microseconds(of: value) else {
            throw InvalidValue(reason: "is a date outside 4713 BC to 294276 AD")
        }
        append(microseconds)
    }

    /// An interval is microseconds (8 bytes), days (4) and months (4).
    mutating func append(_ value: Duration) throws(InvalidValue) {
        guard let microseconds = PostgresTime.microseconds(of: value) else {
            throw InvalidValue(reason: "is an interval over 292,000 years")
        }
        append(microseconds)
        append(Int64(0))
    }

    /// A one-dimensional array: dimensions, has-NULL flag, element type, length, lower bound, then the elements.
    mutating func append<Element>(
        _ values: [Element?], of type: DataType,
        _ write: (inout BinaryWriter, Element) throws(InvalidValue) -> Void
    ) throws(InvalidValue) {
        append(Int32(values.isEmpty ? 0 : 1))
        append(Int32(values.contains { $0 == nil } ? 1 : 0))
        append(type.rawValue)
        guard !values.isEmpty else { return }
        append(Int32(clamping: values.count))
        append(Int32(1))
        for value in values {
            guard let value else {
                append(Int32(-1))
                continue
            }
            try appendSized { writer throws(InvalidValue) in try write(&writer, value) }
        }
    }

    /// Writes a value behind its length in bytes.
    private mutating func appendSized(
        _ write: (inout BinaryWriter) throws(InvalidValue) -> Void
    ) throws(InvalidValue) {
        let start = bytes.count
        append(Int32(0))
        try write(&self)
        let length = Int32(clamping: bytes.count - start - 4)
        withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }
}

/// Why a value cannot be sent; says what it is, never its content.
struct InvalidValue: Error {
    let reason: String
}
