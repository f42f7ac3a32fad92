import CLibpq

/// What the server said about a failure, with everything left out that may quote a value.
///
/// The rule: DETAIL, HINT and CONTEXT are never read. The primary message is kept only for classes whose messages
/// name objects and limits but no data, and only when PostgreSQL itself wrote it: `RAISE` in a function can put
/// anything in a message of any class, so those texts are withheld. Class 42 speaks of values only at run time (a
/// text cast to `regclass`, dynamic SQL), so it is kept when the server points at a place in the statement's text.
struct ServerReport {
    let state: SQLState
    let message: String?
    let endsSession: Bool
    let table: String?
    let column: String?
    let constraint: String?
    let position: Int?

    init(_ result: OpaquePointer) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        state = SQLState(rawValue: field(PGDiagSQLState) ?? "XX000")
        endsSession = ["FATAL", "PANIC"].contains(field(PGDiagSeverity))
        table = field(PGDiagTable)
        column = field(PGDiagColumn)
        constraint = field(PGDiagConstraint)
        position = field(PGDiagPosition).flatMap { Int($0) }
        let isRaised = field(PGDiagFunction) == "exec_stmt_raise"
        let isSafe = !isRaised && Self.quotesNoValue(state, hasPosition: position != nil)
        message = isSafe ? field(PGDiagMessage) : nil
    }

    /// Whether PostgreSQL's own primary messages of this kind name objects, limits and SQL text only.
    static func quotesNoValue(_ state: SQLState, hasPosition: Bool) -> Bool {
        switch state.errorClass {
        case "08", "23", "25", "26", "28", "2B", "3D", "40", "53", "55", "57": true
        case "42": hasPosition || namesOnly.contains(state.rawValue)
        default: false
        }
    }

    // Insufficient privilege, and "already exists" for columns, objects, functions, databases, schemas and tables.
    private static let namesOnly: Set<String> = ["42501", "42701", "42710", "42723", "42P04", "42P06", "42P07"]

    /// The report as an error; a session the server ended is a lost connection.
    var error: PostgresError {
        let text = message.map { "the server says: \($0)" }
        let withheld = "the server refused the statement; its text may quote values and is in the server's log only"
        var error =
            endsSession
            ? PostgresError(.connectionLost, "the server ended the session; \(text ?? withheld)")
            : PostgresError(.server(state), text ?? withheld)
        error.sqlState = state
        error.table = table
        error.column = column
        error.constraint = constraint
        error.position = position
        return error
    }
}
