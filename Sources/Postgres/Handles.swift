import CLibpq

/// Owns a libpq connection; PQfinish runs exactly once, on whatever thread drops it.
struct ConnectionHandle: ~Copyable {
    let raw: OpaquePointer

    init(takingOwnership raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        PQfinish(raw)
    }
}

/// Owns one result of a statement.
struct ResultHandle: ~Copyable {
    let raw: OpaquePointer

    init(takingOwnership raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        PQclear(raw)
    }

    var status: ExecStatusType { PQresultStatus(raw) }

    /// Copies everything out, so that no pointer of libpq's leaves this file.
    func rows(of statement: String) -> Rows {
        let width = PQnfields(raw)
        let count = PQntuples(raw)
        let columns = (0..<width).map { column in
            Rows.Column(
                name: PQfname(raw, column).map { String(cString: $0) } ?? "",
                type: DataType(rawValue: PQftype(raw, column)))
        }
        var cells: [Rows.Cell] = []
        cells.reserveCapacity(Int(width) * Int(count))
        var end = 0
        for row in 0..<count {
            for column in 0..<width {
                let length = PQgetisnull(raw, row, column) == 1 ? -1 : PQgetlength(raw, row, column)
                cells.append(Rows.Cell(start: end, length: length))
                end += Int(max(length, 0))
            }
        }
        let storage = Rows.Storage(
            statement: statement, columns: columns, cells: cells, bytes: copyCells(cells, width: Int(width), total: end)
        )
        return Rows(storage, count: Int(count), affectedRows: affectedRows)
    }

    private func copyCells(_ cells: [Rows.Cell], width: Int, total: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(total)
        for (place, cell) in cells.enumerated() where cell.length > 0 {
            let value = PQgetvalue(raw, Int32(place / width), Int32(place % width))
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: Int(cell.length)))
        }
        return bytes
    }

    private var affectedRows: Int {
        PQcmdTuples(raw).flatMap { Int(String(cString: $0)) } ?? 0
    }
}
