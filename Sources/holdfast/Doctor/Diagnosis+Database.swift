import BookingLinks
import FoundationEssentials
import Notifications
import Outbox
import Signing

/// What the settings and the database's answers mean, as far as they are about access.
extension Diagnosis {
    static func settings(_ problems: [String]) -> Diagnosis {
        if problems.isEmpty { return .ok("settings", "all of them can be read") }
        return .fail(
            "settings", "\(counted(problems.count, "setting")) cannot be used", problems,
            mend: "correct them in the environment, or in the file that \(Setting.configFile.name) names")
    }

    /// The oldest release that Holdfast is tested with.
    private static let oldestServer = 150_000

    static func database(place: String, version: Int, library: Int, isStandby: Bool, isReadOnly: Bool) -> Diagnosis {
        let finding = "PostgreSQL \(release(version)) at \(place), with libpq \(release(library))"
        if isStandby {
            return .fail(
                "database", "\(finding), is a standby, which takes no writes",
                mend: "name the primary in HOLDFAST_DATABASE_URL, or add target_session_attrs=read-write to it")
        }
        if isReadOnly {
            return .fail(
                "database", "\(finding), lets this role read only",
                mend: "take back default_transaction_read_only from the role or the database")
        }
        guard version >= oldestServer else {
            return .warn(
                "database", "\(finding), is older than what is tested", mend: "upgrade PostgreSQL to 15 or newer")
        }
        return .ok("database", finding)
    }

    /// `150018` is 15.18 (PQserverVersion).
    private static func release(_ version: Int) -> String { "\(version / 10_000).\(version % 10_000)" }

    static func pooler(greeted: Int32, answered: Int32) -> Diagnosis {
        if greeted == answered { return .ok("pooler", "none: the process that greeted us, \(greeted), also answers") }
        return .ok(
            "pooler",
            "there is one: process \(greeted) greeted us, and process \(answered) of the server answers; "
                + "statements are not prepared")
    }

    static func schema(_ steps: [Schema.Step], refusal: SchemaError?, hasBooking: Bool) -> Diagnosis {
        if let refusal { return .fail("schema", saying: refusal.description) }
        guard hasBooking else {
            return .fail(
                "schema", "schema booking is missing: this database was migrated with --no-booking",
                mend:
                    "provide its tables or views (deploy/existing-schema), or run 'holdfast migrate' on a new database")
        }
        return .ok("schema", "version \(steps.last?.version ?? 0), the one this program needs")
    }

    /// - Parameter isDesk: the role is an operator's and no worker's.
    static func grants(missing: [String], role: String, isDesk: Bool) -> Diagnosis {
        if missing.isEmpty {
            return .ok(
                "grants",
                isDesk
                    ? "role \(role) is the desk's, and may do all that operators need; workers have a role of their own"
                    : "role \(role) may do all that a worker needs")
        }
        return .fail(
            "grants", "role \(role)\(isDesk ? ", the desk's," : "") lacks \(counted(missing.count, "privilege"))",
            missing,
            mend:
                "run 'psql -f deploy/roles.sql' as the owner of the schemas, after every 'holdfast migrate', and GRANT "
                + "\(isDesk ? "holdfast_operator" : "holdfast_worker") TO \"\(role)\"")
    }

    /// - Parameters:
    ///   - queue: how far `holdfast.clock()` is ahead of the server's own, in seconds.
    ///   - server: how far the server's is ahead of ours.
    ///   - doubt: by how much `server` may be wrong, because the answer took its time.
    static func clock(queue: Double, server: Double, doubt: Double) -> Diagnosis {
        if abs(queue) > 1 {
            return .fail(
                "clock", "holdfast.clock() is \(seconds(queue)) the server's own clock: it was replaced",
                mend: "CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz LANGUAGE sql STABLE AS "
                    + "'SELECT now()'")
        }
        guard abs(server) - doubt > 5 else {
            return .ok("clock", "the server's is \(seconds(server)) ours")
        }
        return .warn(
            "clock", "the server's is \(seconds(server)) ours; letters and links go by the server's",
            mend: "let both hosts set their clocks by NTP")
    }

    private static func seconds(_ difference: Double) -> String {
        let hundredths = Int((abs(difference) * 100).rounded())
        let fraction = hundredths % 100
        let number = "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
        return "\(number) s \(difference < 0 ? "behind" : "ahead of")"
    }

    static func installation(_ installation: Installation, _ environment: LinkEnvironment, _ allowList: AllowList?)
        -> Diagnosis
    {
        let check = "environment"
        do throws(InstallationError) {
            try installation.requireServable(by: environment.description)
        } catch {
            return .fail(check, saying: error.description)
        }
        guard let named = allowList?.count else { return .ok(check, "\(environment): everybody may be written to") }
        let finding = "\(environment): only \(counted(named, "address or domain")) may be written to"
        guard environment.description == LinkEnvironment.production else { return .ok(check, finding) }
        return .warn(
            check, "\(finding), and letters to everybody else are settled as suppressed",
            mend: "remove \(Setting.onlyTo.name), if this is not a rehearsal")
    }

    static func signingKey(_ keys: [SigningKeyRow], _ key: PrivateKey?) -> Diagnosis {
        let check = "signing key"
        guard let active = keys.first(where: { $0.state == "active" }) else {
            return .fail(
                check, "no key signs links yet",
                mend: "run 'holdfast links keys new' and 'holdfast links keys activate'")
        }
        guard let key else { return .ok(check, "key \(active.keyID) is active") }
        let own = key.publicKey.rawBytes
        if active.publicKey == own {
            return .ok(check, "key \(active.keyID) is active, and the key file is its private half")
        }
        let next = keys.first { $0.publicKey == own && $0.state == "next" }
        return .fail(
            check, "the key file is not the private half of the active key \(active.keyID)",
            mend: next.map { "run 'holdfast links keys activate \($0.keyID)'" }
                ?? "name that key's file in \(Setting.linkKeyFile.name)")
    }
}
