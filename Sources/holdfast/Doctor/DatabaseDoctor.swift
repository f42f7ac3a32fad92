import BookingLinks
import FoundationEssentials
import Notifications
import Outbox
import Postgres

/// The checks that ask the database, one after the other on one connection; one that fails hides none of the others.
struct DatabaseDoctor {
    private struct Check {
        let names: [String]
        var needsTables = true
        let look: (Connection) async throws -> [Diagnosis]
    }

    private let settings: DoctorSettings
    private let host: HostDoctor
    private let database: DatabaseSettings
    private let connection: ReconnectingConnection

    /// Examines the database that the settings name; no line when they name none.
    static func examine(_ settings: DoctorSettings, _ host: HostDoctor) async -> [Diagnosis] {
        guard let database = settings.database else { return [] }
        let doctor = DatabaseDoctor(settings, host, database)
        let diagnoses = await doctor.examine()
        await doctor.connection.close()
        return diagnoses
    }

    private init(_ settings: DoctorSettings, _ host: HostDoctor, _ database: DatabaseSettings) {
        (self.settings, self.host, self.database) = (settings, host, database)
        connection = ReconnectingConnection(database.database.forDoctor, mayWait: { false })
    }

    private func examine() async -> [Diagnosis] {
        let facts: ServerFacts
        let first: [Diagnosis]
        do {
            (facts, first) = try await connection.withConnection { connection in
                let facts = try await Examination(connection).server()
                return (facts, try await server(facts, connection))
            }
        } catch {
            let rest = ["pooler"] + checks(role: "", isDesk: false).flatMap(\.names)
            return [Self.refused("database", error), Self.unchecked(rest)]
        }
        let checks = checks(role: facts.role, isDesk: facts.isDesk)
        if facts.hasSchema { return first + (await run(checks)) }
        let rest = checks.filter(\.needsTables).flatMap(\.names)
        return first + (await run(checks.filter { !$0.needsTables })) + [Self.unchecked(rest)]
    }

    private func run(_ checks: [Check]) async -> [Diagnosis] {
        var diagnoses: [Diagnosis] = []
        var rest = checks[...]
        while let check = rest.popFirst() {
            do {
                diagnoses += try await connection.withConnection(check.look)
            } catch {
                diagnoses += check.names.map { Self.refused($0, error, "this could not be looked at: ") }
                guard (error as? PostgresError)?.meansAway == true, !rest.isEmpty else { continue }
                return diagnoses + [Self.unchecked(rest.flatMap(\.names))]
            }
        }
        return diagnoses
    }

    private func server(_ facts: ServerFacts, _ connection: Connection) async throws -> [Diagnosis] {
        [
            .database(
                place: "\(database.database)", version: try await connection.serverVersion,
                library: Connection.libraryVersion, isStandby: facts.isStandby, isReadOnly: facts.isReadOnly),
            .pooler(greeted: try await connection.backendPID, answered: facts.answeringPID),
        ]
    }

    /// In the order of the report.
    private func checks(role: String, isDesk: Bool) -> [Check] {
        [
            Check(names: ["listen"], needsTables: false) { [try await ListenCheck(database).run(beside: $0)] },
            Check(names: ["schema"], needsTables: false) { [try await schema($0)] },
            Check(names: ["grants"]) {
                let missing = try await Examination($0).missingGrants(isDesk: isDesk)
                return [.grants(missing: missing, role: role, isDesk: isDesk)]
            },
            Check(names: ["clock"]) { [try await clock($0)] },
            Check(names: ["environment"]) { try await environment($0) },
            Check(names: ["signing key"]) { [.signingKey(try await SigningKeys($0).all(), host.key)] },
            Check(names: ["xmin horizon", "dead rows", "notify queue", "partitions"]) { try await upkeep($0, role) },
            Check(names: ["time zones"]) {
                [.zones(try await Examination($0).zones(), isOnHost: HostDoctor.knowsZone, words: host.words)]
            },
            Check(names: ["stops"]) { [.stops(try await Pauses($0).all())] },
            Check(names: ["overdue", "held", "suspects", "in doubt"]) {
                Diagnosis.backlog(try await Examination($0).backlog())
            },
            Check(names: ["workers"]) { [.workers(try await Examination($0).workers(), version: Holdfast.version)] },
        ]
    }

    private func schema(_ connection: Connection) async throws -> Diagnosis {
        let schema = Schema(connection)
        let steps = try await schema.status()
        do {
            try await schema.requireCurrent()
            return .schema(steps, refusal: nil, hasBooking: try await schema.hasBooking())
        } catch let refusal as SchemaError {
            return .schema(steps, refusal: refusal, hasBooking: true)
        }
    }

    private func clock(_ connection: Connection) async throws -> Diagnosis {
        let before = Date()
        let clocks = try await Examination(connection).clocks()
        let doubt = Date().timeIntervalSince(before) / 2
        return .clock(
            queue: clocks.queue.timeIntervalSince(clocks.server),
            server: clocks.server.timeIntervalSince(before) - doubt, doubt: doubt)
    }

    private func environment(_ connection: Connection) async throws -> [Diagnosis] {
        guard let environment = settings.environment else { return [] }
        return [.installation(try await Installation.read(connection), environment, settings.allowList)]
    }

    private func upkeep(_ connection: Connection, _ role: String) async throws -> [Diagnosis] {
        let findings = try await Outbox(connection).upkeepFindings()
        return [
            .snapshots(findings, role: role), .deadRows(findings.deadJobs), .notifyQueue(usage: findings.notifyUsage),
            .partitions(until: findings.historyUntil, defaultRows: findings.defaultHistoryRows, now: Date()),
        ]
    }

    /// What the database, or somebody before it, says to a question; its own sentences name no way out.
    private static func refused(_ check: String, _ error: any Error, _ start: String = "") -> Diagnosis {
        let failure = CommandFailure(error)
        let sentence = start + (failure?.message ?? "\(error)")
        guard let failure, failure.code != .internalError, failure.code != .temporary else {
            return .fail(check, sentence, mend: "look into the server's log, and run 'holdfast doctor' again")
        }
        return .fail(check, saying: sentence)
    }

    private static func unchecked(_ names: [String]) -> Diagnosis {
        .warn("unchecked", "not looked at: \(names.joined(separator: ", "))", mend: "mend what failed, and look again")
    }
}

extension ConnectionSettings {
    /// The same, with less patience: no check may keep the others waiting for long.
    var forDoctor: ConnectionSettings {
        var settings = self
        settings.applicationName = "holdfast doctor"
        settings.connectTimeout = .seconds(10)
        settings.statementTimeout = .seconds(8)
        settings.lockTimeout = .seconds(2)
        settings.answerMargin = .seconds(2)
        return settings
    }
}

extension PostgresError {
    /// Whether asking again would take as long again.
    fileprivate var meansAway: Bool { code == .timedOut || code == .connectionFailed }
}
