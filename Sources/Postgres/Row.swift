/// One row of a result; it keeps the whole result alive.
package struct Row: Sendable {
    let storage: Rows.Storage
    let position: Int

    /// Decodes a column that is not NULL.
    /// - Throws: `.decoding(…)`, with the column's name and never its value.
    package func decode<Value: PostgresDecodable>(
        _ column: String, as type: Value.Type = Value.self, file: String = #fileID, line: Int = #line
    ) throws(PostgresError) -> Value {
        try decode(try index(of: column, file, line), as: type, file: file, line: line)
    }

    /// Decodes a column, with nil for NULL.
    /// - Throws: `.decoding(…)`, with the column's name and never its value.
    package func decodeIfPresent<Value: PostgresDecodable>(
        _ column: String, as type: Value.Type = Value.self, file: String = #fileID, line: Int = #line
    ) throws(PostgresError) -> Value? {
        try decodeIfPresent(try index(of: column, file, line), as: type, file: file, line: line)
    }

    /// Decodes a column that is not NULL, by its place.
    /// - Throws: `.decoding(…)`, with the column's name and never its value.
    package func decode<Value: PostgresDecodable>(
        _ column: ColumnIndex, as type: Value.Type = Value.self, file: String = #fileID, line: Int = #line
    ) throws(PostgresError) -> Value {
        guard let value = try decodeIfPresent(column, as: type, file: file, line: line) else {
            throw failure(.unexpectedNull, column, type, file, line)
        }
        return value
    }

    /// Decodes a column by its place, with nil for NULL.
    /// - Throws: `.decoding(…)`, with the column's name and never its value.
    package func decodeIfPresent<Value: PostgresDecodable>(
        _ column: ColumnIndex, as type: Value.Type = Value.self, file: String = #fileID, line: Int = #line
    ) throws(PostgresError) -> Value? {
        let cell = storage.cells[position * storage.columns.count + column.value]
        guard cell.length >= 0 else { return nil }
        let buffer = storage.bytes
        let bytes = buffer.span.bytes.extracting(cell.start..<cell.start + Int(cell.length))
        do throws(DecodingFailure) {
            return try Value.decode(bytes, type: storage.columns[column.value].type)
        } catch {
            throw failure(error, column, type, file, line)
        }
    }

    private func index(of name: String, _ file: String, _ line: Int) throws(PostgresError) -> ColumnIndex {
        guard let index = storage.columns.firstIndex(where: { $0.name == name }) else {
            throw storage.failure(.unknownColumn, column: name, file: file, line: line)
        }
        return ColumnIndex(value: index)
    }

    private func failure(
        _ failure: DecodingFailure, _ column: ColumnIndex, _ wanted: Any.Type, _ file: String, _ line: Int
    ) -> PostgresError {
        let info = storage.columns[column.value]
        return storage.failure(
            failure, column: info.name, file: file, line: line, wanted: "\(wanted)", type: info.type.rawValue)
    }
}

extension DecodingFailure {
    func sentence(column: String, wanted: String, type: UInt32) -> String {
        switch self {
        case .unknownColumn: "the result has no column \"\(column)\""
        case .unexpectedNull: "column \"\(column)\" is NULL where \(wanted) is needed"
        case .wrongType: "column \"\(column)\" of type OID \(type) does not decode as \(wanted); cast it in SQL"
        case .invalidText: "column \"\(column)\" holds no valid UTF-8 text"
        case .outOfRange: "column \"\(column)\" holds a value outside the range of \(wanted)"
        case .malformed: "column \"\(column)\" of type OID \(type) holds bytes its type does not allow"
        }
    }
}
