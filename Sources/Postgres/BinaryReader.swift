/// Reads values in PostgreSQL's binary format; every length is checked before a byte is read.
enum BinaryReader {
    static func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan, as type: Value.Type = Value.self
    ) throws(DecodingFailure) -> Value {
        guard bytes.byteCount == MemoryLayout<Value>.size else { throw .malformed }
        return Value(bigEndian: bytes.unsafeLoadUnaligned(as: Value.self))
    }

    /// Reads UTF-8 text.
    ///
    /// A NUL is refused too: no text has one, so it is the sign of a binary type we do not know.
    static func text(_ bytes: RawSpan) throws(DecodingFailure) -> String {
        let text = bytes.withUnsafeBytes { buffer in
            buffer.contains(0) ? nil : String(validating: buffer, as: UTF8.self)
        }
        guard let text else { throw .invalidText }
        return text
    }

    /// A one-dimensional array's elements; `decode` gets nil for NULL, and the element type.
    static func array<Element>(
        _ bytes: RawSpan, type: DataType, _ decode: (RawSpan?, DataType) throws(DecodingFailure) -> Element
    ) throws(DecodingFailure) -> [Element] {
        guard type.mayBeArray else { throw .wrongType }
        guard bytes.byteCount >= 12 else { throw .malformed }
        let dimensions: Int32 = try integer(bytes.extracting(0..<4))
        let type = DataType(rawValue: try integer(bytes.extracting(8..<12)))
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.byteCount >= 20 else { throw .malformed }
        let count = Int(try integer(bytes.extracting(12..<16), as: Int32.self))
        var elements: [Element] = []
        var offset = 20
        while elements.count < count {
            guard bytes.byteCount - offset >= 4 else { throw .malformed }
            let length = Int(try integer(bytes.extracting(offset..<offset + 4), as: Int32.self))
            offset += 4
            guard length >= 0 else {
                elements.append(try decode(nil, type))
                continue
            }
            guard bytes.byteCount - offset >= length else { throw .malformed }
            elements.append(try decode(bytes.extracting(offset..<offset + length), type))
            offset += length
        }
        return elements
    }
}
