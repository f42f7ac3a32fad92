import CLibpq
import Glibc

/// Opening a connection without blocking beyond the connect timeout.
extension Wire {
    /// Connects, within the deadline that `begin` set; only the look-up of a host's name follows the resolver's limits.
    func connect() throws(PostgresError) {
        try settings.validate()
        let target = try ConnectionTarget(parsing: settings.url)
        guard let raw = startConnecting() else {
            throw lose(PostgresError(.connectionFailed, "libpq has no memory for another connection"))
        }
        adopt(raw)
        holdfast_silence_notices(raw)
        // Puts the SQLSTATE of a refusal into the text, the only place where libpq shows it.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        var next = PQstatus(raw) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            guard next != PGRES_POLLING_FAILED else { throw lose(refusal(of: raw, by: target)) }
            guard try waitIdle(for: next == PGRES_POLLING_READING ? POLLIN : POLLOUT) != nil else {
                throw lose(PostgresError(.connectionFailed, "no answer in time from \(target)"))
            }
            next = PQconnectPoll(raw)
        }
        PQsetErrorVerbosity(raw, PQERRORS_DEFAULT)
        guard PQsetnonblocking(raw, 1) == 0 else { throw lose(.broken) }
        try prepareCancellation()
    }

    /// Finds out whether another server process answers than the one that greeted.
    ///
    /// A pooler greets with a process id of its own making: cancel requests come to it first (PostgreSQL manual,
    /// 55.2.8, Canceling Requests in Progress). A NOTIFY to itself would not tell: it comes back with its own
    /// transaction, through any pooler.
    func recognizePooler() throws(PostgresError) {
        guard !throughPooler else { return }
        // As if there were one: until it is known, nothing is set that could leak into another client's session.
        throughPooler = true
        let rows = try pipeline([Statement("backend", "SELECT pg_backend_pid() AS pid")])
        guard let row = rows.last?.first else { throw .broken }
        throughPooler = try row.decode("pid", as: Int32.self) != backendPID
    }

    private func startConnecting() -> OpaquePointer? {
        let keywords = settings.keywords
        return withCStrings(keywords.map(\.0)) { names in
            withCStrings(keywords.map(\.1)) { values in PQconnectStartParams(names, values, 1) }
        }
    }

    private func refusal(of raw: OpaquePointer, by target: ConnectionTarget) -> PostgresError {
        let text = PQerrorMessage(raw).map { String(cString: $0) } ?? ""
        let password = PQpass(raw).map { String(cString: $0) }
        let state = Self.sqlState(in: text)
        let isSafe = state.map { ServerReport.quotesNoValue($0, hasPosition: false) } ?? true
        let reason = isSafe ? target.safeReason(text, usedPassword: password) : nil
        var error = PostgresError(
            .connectionFailed,
            "cannot connect to \(target): \(reason ?? "the reason is withheld, it could hold secrets")")
        error.sqlState = state
        return error
    }

    /// The code of "FATAL:  28P01: password authentication failed …", whatever the language of the text.
    private static func sqlState(in text: String) -> SQLState? {
        let words = text.split(whereSeparator: { $0 == " " || $0.isNewline })
        let code = words.first { word in
            word.utf8.count == 6 && word.last == ":"
                && word.dropLast().utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
                && word.utf8.contains { (0x30...0x39).contains($0) }
        }
        return code.map { SQLState(rawValue: String($0.dropLast())) }
    }
}

/// Calls `body` with the strings as a NULL-terminated C array; the pointers are valid during the call only.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
    var starts: [Int] = []
    var characters: [CChar] = []
    for string in strings {
        starts.append(characters.count)
        characters.append(contentsOf: string.utf8CString)
    }
    return characters.withUnsafeBufferPointer { buffer in
        body(starts.map { start in buffer.baseAddress.map { $0 + start } } + [nil])
    }
}

/// What libpq knows about itself and the session.
extension Wire {
    static var libraryVersion: Int { Int(PQlibVersion()) }

    var backendPID: Int32 {
        get throws(PostgresError) { PQbackendPID(try connected()) }
    }

    var serverVersion: Int {
        get throws(PostgresError) { Int(PQserverVersion(try connected())) }
    }

    func parameterStatus(_ name: String) throws(PostgresError) -> String? {
        PQparameterStatus(try connected(), name).map { String(cString: $0) }
    }
}
