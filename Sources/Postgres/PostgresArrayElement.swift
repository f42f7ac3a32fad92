import FoundationEssentials

/// A type whose arrays decode from a column.
package protocol PostgresArrayElement: Sendable {
    /// Decodes the bytes of one array cell that is not NULL.
    static func decodeArray(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> [Self]
}

extension PostgresArrayElement where Self: PostgresDecodable {
    /// From a one-dimensional array without NULL elements.
    package static func decodeArray(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> [Self] {
        try BinaryReader.array(bytes, type: type) { element, type throws(DecodingFailure) in
            guard let element else { throw .unexpectedNull }
            return try Self.decode(element, type: type)
        }
    }
}

extension Bool: PostgresArrayElement {}
extension Int16: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension UUID: PostgresArrayElement {}
extension Date: PostgresArrayElement {}
extension Duration: PostgresArrayElement {}

extension Optional: PostgresArrayElement where Wrapped: PostgresDecodable {
    /// From a one-dimensional array; NULL elements become nil.
    package static func decodeArray(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> [Wrapped?] {
        try BinaryReader.array(bytes, type: type) { element, type throws(DecodingFailure) in
            guard let element else { return nil }
            return try Wrapped.decode(element, type: type)
        }
    }
}

extension UInt8: PostgresArrayElement {
    /// From `bytea`, which is bytes and no array to PostgreSQL.
    package static func decodeArray(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> [UInt8] {
        guard type == .bytea else { throw .wrongType }
        return bytes.withUnsafeBytes { Array($0) }
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// From a one-dimensional array, or `bytea` as `[UInt8]`.
    package static func decode(_ bytes: RawSpan, type: DataType) throws(DecodingFailure) -> [Element] {
        try Element.decodeArray(bytes, type: type)
    }
}
