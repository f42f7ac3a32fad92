import ArgumentParser
import BookingLinks
import FoundationEssentials
import Glibc
import Outbox
import Postgres
import Preview
import Signing

/// The command `holdfast links keys new`.
struct KeysNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract:
            "Make a key: the private half in a file only you can read, the public half in the database as 'next'.",
        discussion: "Example:\n  holdfast links keys new --kid 2027-03a --out link.key")

    @Option(help: "The key's id, 1 to 16 letters, digits and '-'. Default: this month, such as 2027-03.")
    var kid: String?

    @Option(help: "The file for the private half; it must not exist.")
    var out: String

    func run() async throws {
        let keyID = try KeyID(kid ?? String(Date().formatted(.iso8601.year().month())))
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let key = try PrivateKey.generate()
        try key.write(toFile: out)
        do {
            try await SigningKeys(connection).add(
                keyID.description, publicKey: key.publicKey.rawBytes, operator: Terminal.operatorName)
        } catch {
            // A private half that nobody published would be mistaken for one that signs; but a lost answer may be a
            // yes.
            guard let refusal = error as? PostgresError, !refusal.endsConnection else { throw error }
            unlink(out)
            guard refusal.sqlState == .uniqueViolation else { throw refusal }
            throw CommandFailure(.unusableInput, "there is a key \(keyID) already; give the new one another --kid")
        }
        await connection.close()
        Terminal.print("\(keyID)  next  \(key.publicKey.paserk)")
        Terminal.error("when your web applications know it: holdfast links keys activate \(keyID)")
    }
}

/// The command `holdfast links keys activate`.
struct KeysActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Let a key sign from now on.",
        discussion: """
            Then point HOLDFAST_LINK_KEY_FILE at its file and restart the workers.

            Example:
              holdfast links keys activate 2027-03a
            """)

    @Argument(help: "The key's id.")
    var kid: String

    func run() async throws {
        let keyID = try KeyID(kid)
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let key = try await SigningKeys(connection).all().first { $0.keyID == keyID.description }
        guard try key?.publicKey != PreviewKey.publicKey().rawBytes else {
            throw CommandFailure(
                .unusableInput, "\(keyID) is the key of previews, which everybody knows; make one with 'links keys new'"
            )
        }
        guard try await SigningKeys(connection).activate(keyID.description, operator: Terminal.operatorName) else {
            throw CommandFailure(
                .unusableInput, "there is no key \(keyID) in state next; see 'holdfast links keys list'")
        }
        await connection.close()
        Terminal.print("\(keyID)  active")
    }
}

/// The command `holdfast links keys list`.
struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the public halves; with --json in the form web applications read.",
        discussion: "Example:\n  holdfast links keys list --json > keys.json")

    @Flag(help: "Print the published form: {\"keys\":[{\"kid\",\"paserk\",\"state\",\"not_after\"}]}.")
    var json = false

    func run() async throws {
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let ring = try await KeyRing(SigningKeys(connection))
        await connection.close()
        if json { return Terminal.raw(String(decoding: try ring.json(), as: UTF8.self)) }
        for entry in ring.entries {
            let end = entry.notAfter.map { "  until \($0.formatted(.iso8601))" } ?? ""
            Terminal.print("\(entry.keyID)  \(entry.state.rawValue)  \(entry.publicKey.paserk)\(end)")
        }
    }
}
