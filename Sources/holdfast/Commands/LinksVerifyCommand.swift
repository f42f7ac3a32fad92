import ArgumentParser
import BookingLinks
import FoundationEssentials
import Outbox
import Postgres

/// The command `holdfast links verify`.
struct LinksVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Tell whether a link is genuine and in time, and what it says.",
        discussion: """
            Needs HOLDFAST_LINK_BASE_URL and HOLDFAST_ENVIRONMENT as the link was made with. \
            Reads the link, or its token, from standard input: a link on the command line would stay in the shell's \
            history. Keys come from the database, or from the published list that --keys names. Exit code 1 when the \
            link is not accepted.

            Examples:
              holdfast links verify < link.txt
              holdfast links verify --purpose rsv --keys keys.json < token.txt
            """)

    @Option(
        help: "What the link is for: rsv, appt, act, task, inv or pref. Default: as its address says.",
        transform: { text in
            guard let purpose = LinkPurpose(rawValue: text) else {
                throw ValidationError("'\(text)' is no purpose of a link")
            }
            return purpose
        })
    var purpose: LinkPurpose?

    @Option(help: ArgumentHelp("The published keys, instead of the database.", valueName: "file"), completion: .file())
    var keys: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        var reader = try SettingsReader()
        let (site, name) = (LinkBase.read(&reader), LinkEnvironment.read(&reader))
        let (base, environment) = try reader.finished(site, name)
        let (token, named) = try Self.readLink()
        guard let purpose = purpose ?? named else {
            throw CommandFailure(.unusableInput, "a token alone does not say what it is for: give --purpose")
        }
        let verifier = try LinkVerifier(
            keys: try await keyRing(), audience: base.audience, environment: environment)
        do {
            try show(try verifier.verify(token, for: purpose, at: Date()))
        } catch let refusal as LinkRefusal {
            throw CommandFailure(.no, "not accepted: \(refusal)")
        }
    }

    private func keyRing() async throws -> KeyRing {
        guard let keys else {
            let connection = try await DatabaseSettings.connect()
            let ring = try await KeyRing(SigningKeys(connection))
            await connection.close()
            return ring
        }
        guard let data = try? Data(contentsOf: URL(filePath: keys)) else {
            throw CommandFailure(.unusableInput, "the file \(keys) cannot be read")
        }
        return try KeyRing(json: Array(data))
    }

    /// The token, and the purpose its address names: `…/l/<purpose>/<token>`.
    private static func readLink() throws -> (token: String, purpose: LinkPurpose?) {
        guard let line = readLine()?.split(whereSeparator: \.isWhitespace).first else {
            throw CommandFailure(.unusableInput, "standard input is empty: give the link there")
        }
        let parts = line.split(separator: "/")
        guard let token = parts.last else { throw CommandFailure(.unusableInput, "standard input holds no link") }
        return (String(token), parts.dropLast().last.flatMap { LinkPurpose(rawValue: String($0)) })
    }

    private func show(_ claims: LinkClaims) throws {
        let report = ClaimsReport(claims)
        if json { return try Terminal.json(report) }
        Terminal.print("genuine and in time")
        Terminal.print("  purpose     \(report.purpose)")
        Terminal.print("  subject     \(report.subject)")
        Terminal.print("  generation  \(report.generation)")
        Terminal.print("  id          \(report.jti)")
        Terminal.print("  issued      \(claims.issuedAt.formatted(.iso8601))")
        Terminal.print("  expires     \(claims.expiresAt.formatted(.iso8601))")
    }
}

private struct ClaimsReport: Encodable {
    let purpose: String
    let subject: String
    let generation: Int
    let jti: String
    let issuedAt: Date
    let expiresAt: Date

    init(_ claims: LinkClaims) {
        purpose = claims.purpose.rawValue
        subject = claims.subject.text
        generation = claims.generation
        jti = claims.jti.text
        issuedAt = claims.issuedAt
        expiresAt = claims.expiresAt
    }
}
