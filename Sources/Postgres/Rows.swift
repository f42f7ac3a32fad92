/// A statement's result, copied out of libpq into one flat buffer.
package struct Rows: Sendable, RandomAccessCollection {
    let storage: Storage
    /// How many rows the statement returned.
    package let count: Int
    /// How many rows the statement selected, inserted, updated or deleted; 0 where that has no meaning.
    package let affectedRows: Int

    init(_ storage: Storage, count: Int, affectedRows: Int) {
        self.storage = storage
        self.count = count
        self.affectedRows = affectedRows
    }

    /// The names of the columns, in order.
    package var columnNames: [String] { storage.columns.map(\.name) }

    /// The place of a column, to be looked up once before a hot loop.
    /// - Throws: `.decoding(.unknownColumn)`; of several columns with one name, the first is meant.
    package func column(_ name: String) throws(PostgresError) -> ColumnIndex {
        guard let index = storage.columns.firstIndex(where: { $0.name == name }) else {
            throw storage.failure(.unknownColumn, column: name, file: nil)
        }
        return ColumnIndex(value: index)
    }

    /// 0.
    package var startIndex: Int { 0 }
    /// The number of rows.
    package var endIndex: Int { count }

    /// The row at a position from 0; traps outside the result, like an array.
    package subscript(position: Int) -> Row {
        precondition((0..<count).contains(position), "row \(position) of \(count)")
        return Row(storage: storage, position: position)
    }

    /// A column of a result.
    struct Column: Sendable {
        let name: String
        let type: DataType
    }

    /// Where a cell lies in the buffer; a negative length is NULL.
    struct Cell: Sendable {
        let start: Int
        let length: Int32
    }

    /// The shared, immutable part of a result.
    final class Storage: Sendable {
        let statement: String
        let columns: [Column]
        let cells: [Cell]
        let bytes: [UInt8]

        init(statement: String, columns: [Column], cells: [Cell], bytes: [UInt8]) {
            self.statement = statement
            self.columns = columns
            self.cells = cells
            self.bytes = bytes
        }

        func failure(
            _ failure: DecodingFailure, column: String, file: String?, line: Int = 0, wanted: String = "",
            type: UInt32 = 0
        ) -> PostgresError {
            var error = PostgresError(
                .decoding(failure), failure.sentence(column: column, wanted: wanted, type: type))
            error.statement = statement
            error.column = column
            error.callSite = file.map { "\($0):\(line)" }
            return error
        }
    }
}

/// The place of a column in a result.
package struct ColumnIndex: Sendable, Hashable {
    let value: Int
}
