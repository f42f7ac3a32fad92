/// One SQL statement with its bound parameters and the name it goes by in errors and logs.
package struct Statement: Sendable {
    /// What errors and logs call it; also the server-side name when `prepared`.
    package let name: String
    /// One statement's text with `$1`, `$2` … where the parameters go.
    package let sql: String
    /// The parameters' values, in the order of their numbers.
    package let parameters: [Parameter]
    /// Whether the server keeps the parsed statement under `name` for the life of the connection.
    ///
    /// Ignored through a pooler, where the next transaction may meet another server process.
    package let prepared: Bool
    /// The source file and line that built it.
    let callSite: String

    /// Describes a statement; nothing is sent.
    /// - Parameters:
    ///   - name: short and constant, such as `claim`; one name stands for one SQL text.
    ///   - sql: exactly one statement.
    ///   - parameters: at most 65,535, the protocol's limit.
    ///   - prepared: worth it for statements that run many times on one connection.
    package init(
        _ name: String, _ sql: String, _ parameters: [Parameter] = [], prepared: Bool = false,
        file: String = #fileID, line: Int = #line
    ) {
        self.name = name
        self.sql = sql
        self.parameters = parameters
        self.prepared = prepared
        callSite = "\(file):\(line)"
    }
}
