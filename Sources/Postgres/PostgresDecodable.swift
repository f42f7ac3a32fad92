package import FoundationEssentials

/// A type that a column's binary cell decodes into.
///
/// Conversions are strict: an integer type also takes smaller integers, `Double` takes `real`; for anything else
/// (such as the `numeric` of `sum(bigint)`), cast in SQL.
package protocol PostgresDecodable: Sendable {
    /// Decodes the bytes of one cell that is not NULL.
    /// - Parameters:
    ///   - bytes: the cell in PostgreSQL's binary format.
    ///   - type: the column's type.
    /// - Throws: the reason; the row adds the column's name.
    static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Self
}

extension Bool: PostgresDecodable {
    /// From `boolean`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Bool {
        guard type == .bool else { throw .wrongType }
        return try BinaryReader.integer(bytes, as: UInt8.self) != 0
    }
}

extension Int16: PostgresDecodable {
    /// From `smallint`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Int16 {
        guard type == .int2 else { throw .wrongType }
        return try BinaryReader.integer(bytes)
    }
}

extension Int32: PostgresDecodable {
    /// From `integer` and `smallint`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Int32 {
        if type == .int2 { return Int32(try Int16.decode(bytes, type: type)) }
        guard type == .int4 else { throw .wrongType }
        return try BinaryReader.integer(bytes)
    }
}

extension Int64: PostgresDecodable {
    /// From `bigint`, `integer`, `smallint` and `oid`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Int64 {
        switch type {
        case .int8: try BinaryReader.integer(bytes)
        case .oid: Int64(try BinaryReader.integer(bytes, as: UInt32.self))
        default: Int64(try Int32.decode(bytes, type: type))
        }
    }
}

extension Int: PostgresDecodable {
    /// From `bigint`, `integer`, `smallint` and `oid`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Int {
        guard let value = Int(exactly: try Int64.decode(bytes, type: type)) else { throw .outOfRange }
        return value
    }
}

extension Double: PostgresDecodable {
    /// From `double precision` and `real`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Double {
        switch type {
        case .float8: Double(bitPattern: try BinaryReader.integer(bytes))
        case .float4: Double(Float(bitPattern: try BinaryReader.integer(bytes)))
        default: throw .wrongType
        }
    }
}

extension String: PostgresDecodable {
    /// From `text`, `varchar`, `char`, `name`, `json`, `jsonb`, enums and extension types sent as text.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> String {
        switch type {
        case .text, .varchar, .blankPaddedText, .name, .json, .unknown: return try BinaryReader.text(bytes)
        case .jsonb:
            guard bytes.byteCount > 0, bytes.unsafeLoad(as: UInt8.self) == 1 else { throw .malformed }
            return try BinaryReader.text(bytes.extracting(1..<bytes.byteCount))
        default:
            guard type.isUserDefined else { throw .wrongType }
            return try BinaryReader.text(bytes)
        }
    }
}

extension UUID: PostgresDecodable {
    /// From `uuid`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> UUID {
        guard type == .uuid else { throw .wrongType }
        guard bytes.byteCount == 16 else { throw .malformed }
        return UUID(uuid: bytes.unsafeLoadUnaligned(as: uuid_t.self))
    }
}

extension Date: PostgresDecodable {
    /// From `timestamptz`; the infinities become `.distantFuture` and `.distantPast`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Date {
        guard type == .timestamptz else { throw .wrongType }
        return PostgresTime.date(microseconds: try BinaryReader.integer(bytes))
    }
}

extension Duration: PostgresDecodable {
    /// From `interval` of seconds and days of 24 hours; one with months has no length and is out of range.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> Duration {
        guard type == .interval else { throw .wrongType }
        guard bytes.byteCount == 16 else { throw .malformed }
        let microseconds: Int64 = try BinaryReader.integer(bytes.extracting(0..<8))
        let days: Int32 = try BinaryReader.integer(bytes.extracting(8..<12))
        let months: Int32 = try BinaryReader.integer(bytes.extracting(12..<16))
        guard months == 0 else { throw .outOfRange }
        return .microseconds(microseconds) + .seconds(86_400) * Int(days)
    }
}
