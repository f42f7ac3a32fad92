import CLibpq

/// The parts of a database address that may be shown, and the password that may not.
struct ConnectionTarget: CustomStringConvertible {
    let host: String
    let port: String
    let database: String
    private let password: String

    /// Reads a URI or connection string as libpq does.
    ///
    /// libpq's own messages quote the address, so they are not used. An address whose parts look like a password with
    /// an unescaped `@`, `/` or `:` is refused here, because libpq would take the rest for a host, which is shown.
    init(parsing address: String) throws(PostgresError) {
        let options = try Self.options(of: address)
        host = options["hostaddr"] ?? options["host"] ?? ""
        port = options["port"] ?? ""
        database = options["dbname"] ?? ""
        password = options["password"] ?? ""
        let isSocket = host.hasPrefix("/") || host.hasPrefix("@")
        let hostPart = isSocket ? host.dropFirst() : host[...]
        guard !hostPart.contains("@"), !database.contains("@"), isSocket || !hostPart.contains("/"),
            port.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2C })
        else { throw Self.unreadable }
    }

    private static let unreadable = PostgresError(
        .invalidSettings,
        "the database's address is neither a postgresql:// URI nor a libpq connection string; "
            + "percent-encode special characters in its password")

    private static func options(of address: String) throws(PostgresError) -> [String: String] {
        guard !address.utf8.contains(0) else { throw unreadable }
        var message: UnsafeMutablePointer<CChar>?
        let parsed = PQconninfoParse(address, &message)
        PQfreemem(message)
        guard let parsed else { throw unreadable }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return options
    }

    /// Host, port and database, as far as they are given.
    var description: String {
        let place = host.isEmpty ? "the default host" : host
        return "database \"\(database)\" at \(place)\(port.isEmpty ? "" : ":\(port)")"
    }

    /// Why libpq could not connect, or nil when its text could give the password away.
    func safeReason(_ text: String, usedPassword: String?) -> String? {
        let secrets = [password, usedPassword ?? ""].filter { !$0.isEmpty }
        guard !secrets.contains(where: text.contains) else { return nil }
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("\t") && !$0.hasPrefix("LOCATION:") }
        return lines.joined(separator: "; ")
    }
}
