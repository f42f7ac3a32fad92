import Foundation
import TestSupport
import Testing

/// Something that was left where people or programs look who have no business with the letters.
struct Trace {
    /// Where it is.
    let place: String
    /// What it says.
    let content: Data

    init(_ place: String, _ content: String) { self.init(place, Data(content.utf8)) }

    init(_ place: String, _ content: Data) {
        self.place = place
        self.content = content
    }

    /// Whether it tells a secret: as it is, in any case, or, where the secret is long enough to be no accident, in base64.
    func tells(_ secret: String) -> Bool {
        let folded = Data(String(decoding: content, as: UTF8.self).lowercased().utf8)
        return folded.range(of: Data(secret.lowercased().utf8)) != nil
            || secret.utf8.count >= 12 && WireCutter.Recording.reveals(secret, in: Array(content))
    }
}

extension TestInstallation {
    /// Which of the secrets stand where they must not, one sentence for each.
    ///
    /// - Parameters:
    ///   - workers: whose titles and pages are looked at too; they run and serve their health.
    ///   - database: whether the database is there to be looked at.
    func leaks(beside workers: [HoldfastProcess] = [], database: Bool = true) async throws -> [String] {
        var found = secretsTold(by: try files() + workers.flatMap(titles))
        if database { found += secretsTold(by: try await tables() + sessions()) }
        for worker in workers { found += secretsTold(by: try await pages(worker.monitor)) }
        return found
    }

    /// Requires that no secret stands where it must not.
    func expectNoLeaks(
        beside workers: [HoldfastProcess] = [], database: Bool = true, at place: SourceLocation = #_sourceLocation
    ) async throws {
        let found = Set(try await leaks(beside: workers, database: database)).sorted()
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))", sourceLocation: place)
    }

    /// Which of the secrets these traces tell.
    func secretsTold(by traces: [Trace]) -> [String] {
        traces.flatMap { trace in secrets.filter(trace.tells).map { "\(trace.place) tells '\($0.prefix(32))'" } }
    }

    /// The files of this test and their names, logs, outputs and journals among them; not what the commands were given to
    /// read, the files of secrets, and the inbox.
    func files() throws -> [Trace] {
        let given = Set(settings.filter { $0.key.hasSuffix("_FILE") }.values)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return [Trace("the list of files", names.joined(separator: "\n"))]
            + names.compactMap { name in
                let path = folder.appendingPathComponent(name).path
                guard !name.hasSuffix(".in"), !name.hasPrefix("inbox/"), !given.contains(path) else { return nil }
                // Folders have no contents.
                return FileManager.default.contents(atPath: path).map { Trace("the file \(name)", $0) }
            }
    }

    /// Every row of every table that Holdfast owns, without the addresses that must not be written to.
    ///
    /// The list of tables and columns is the database's, so that a new one is looked at by itself.
    func tables(whole: Bool = false) async throws -> [Trace] {
        let hidden = whole ? "''" : "CASE WHEN table_name IN ('suppression', 'full_mailbox') THEN 'address' ELSE '' END"
        let rows = try await sql(
            """
            SET bytea_output = 'escape';
            SELECT format('SELECT %L || (to_jsonb(t) - %L)::text FROM %I.%I AS t', table_name || E'\\t', \(hidden),
                          table_schema, table_name)
            FROM information_schema.tables
            WHERE table_schema NOT IN ('booking', 'pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' \\gexec
            """)
        return rows.split(separator: "\n").map { row in
            Trace("a row of \(row.prefix { $0 != "\t" })", String(row.drop { $0 != "\t" }))
        }
    }

    /// What the database shows of its sessions: their names and the text of their statements.
    func sessions() async throws -> [Trace] {
        let rows = try await sql(
            """
            SELECT application_name || ': ' || regexp_replace(query, '\\s+', ' ', 'g') FROM pg_stat_activity
            WHERE datname = current_database() AND application_name NOT IN ('psql', 'held')
            """)
        return rows.split(separator: "\n").map { Trace("a database session", String($0)) }
    }

    /// What `ps` and `ls -l /proc/PID/fd` show of a running process: its command line, its threads and its open files.
    func titles(_ process: HoldfastProcess) -> [Trace] {
        let files = FileManager.default
        let folder = "/proc/\(process.processIdentifier)"
        let threads = (try? files.contentsOfDirectory(atPath: "\(folder)/task")) ?? []
        let open = (try? files.contentsOfDirectory(atPath: "\(folder)/fd")) ?? []
        let titles = (["\(folder)/cmdline"] + threads.map { "\(folder)/task/\($0)/comm" }).compactMap {
            files.contents(atPath: $0)
        }
        return titles.map { Trace("the title of a process", $0) }
            + open.compactMap { try? files.destinationOfSymbolicLink(atPath: "\(folder)/fd/\($0)") }
            .map { Trace("an open file", $0) }
    }

    /// What a worker serves to its keepers.
    func pages(_ monitor: Monitor) async throws -> [Trace] {
        var traces: [Trace] = []
        for path in ["/livez", "/readyz", "/metrics", "/canary?token=v4.public.canary"] {
            let answer = try await monitor.exchange("GET", path)
            traces.append(Trace("the page \(path)", "\(answer.headers)\n\(answer.body)"))
        }
        return traces
    }
}
