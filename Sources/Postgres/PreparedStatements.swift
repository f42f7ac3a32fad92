/// Which statements the server keeps for this connection.
///
/// One name can stand for several server-side statements: the types of the parameters are part of what is prepared,
/// and a NULL given at the first use leaves its type to the server.
struct PreparedStatements {
    struct Entry {
        let serverName: String
        let sql: String
        let types: [DataType]

        /// Whether the parameters can be bound: the same types, or NULL.
        func takes(_ statement: Statement) -> Bool {
            guard sql == statement.sql, types.count == statement.parameters.count else { return false }
            return zip(types, statement.parameters).allSatisfy { type, parameter in
                if case .null = parameter { return true }
                return type == parameter.type
            }
        }
    }

    private var entries: [String: [Entry]] = [:]
    private var made = 0

    func serverName(for statement: Statement) -> String? {
        entries[statement.name]?.first { $0.takes(statement) }?.serverName
    }

    /// Notes a statement that is about to be prepared, under a server-side name never used before.
    mutating func add(_ statement: Statement) -> String {
        made += 1
        // Server-side names are cut to 63 bytes; the number comes first, so that it is never cut off.
        let serverName = "\(made) \(statement.name)"
        let entry = Entry(serverName: serverName, sql: statement.sql, types: statement.parameters.map(\.type))
        entries[statement.name, default: []].append(entry)
        return serverName
    }

    /// Forgets every server-side statement of a name; the next use prepares it anew.
    mutating func forget(_ name: String) {
        entries[name] = nil
    }
}
