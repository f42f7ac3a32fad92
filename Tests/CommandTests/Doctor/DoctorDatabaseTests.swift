import Foundation
import TestSupport
import Testing

/// What the doctor says of the database: reaching it, who answers, its schema, rights, clock and guard.
@Suite struct DoctorDatabaseTests {
    @Test("A database that is away fails one line; what needs it is named, and the rest is looked at")
    func away() async throws {
        try await withInstallation { site in
            let checkup = try await site.doctor([
                "HOLDFAST_DATABASE_URL": "postgresql://worker:canary@127.0.0.1:9/practice"
            ])
            try checkup.expect(
                "database", "fail", "cannot connect to database \"practice\" at 127.0.0.1:9", "HOLDFAST_DATABASE_URL")
            try checkup.expect("unchecked", "warn", "pooler, listen, schema, grants, clock, environment", "workers")
            try checkup.expect("key file", "ok")
            try checkup.expect("templates", "ok")
            try checkup.expect("relay", "fail")
        }
    }

    @Test("A database that falls silent does not keep the rest waiting")
    func silent() async throws {
        try await withInstallation(ready: false) { site in
            let cluster = try await PostgresCluster.launch()
            await site.use(cluster)
            try await cluster.freeze()
            let result = try await site.run(["doctor", "--json"])
            try await cluster.thaw()
            let checkup = try Checkup(result)
            try checkup.expect("database", "fail", "no answer in time")
            try checkup.expect("templates", "ok")
            try checkup.expect("relay", "fail")
        }
    }

    @Test("A database that takes no writes fails")
    func readOnly() async throws {
        try await withInstallation { site in
            let name = try #require(URLComponents(string: site.database)?.path.dropFirst())
            try await site.sql("ALTER DATABASE \"\(name)\" SET default_transaction_read_only = on")
            try await site.doctor().expect("database", "fail", "read only", "default_transaction_read_only")
        }
    }

    @Test("A pooler is told by the process that greets; without a direct connection nothing is heard")
    func pooler() async throws {
        try await withInstallation { site in
            let pooler = try await Pgbouncer(before: site.database, in: site.folder)
            site.keep(pooler)
            let alone = try await site.doctor(["HOLDFAST_DATABASE_URL": pooler.url])
            try alone.expect("pooler", "ok", "there is one", "greeted us, and process")
            try alone.expect("listen", "warn", "carries no notifications", "HOLDFAST_LISTEN_DATABASE_URL")
            try alone.expect("schema", "ok")
            let beside = try await site.doctor([
                "HOLDFAST_DATABASE_URL": pooler.url, "HOLDFAST_LISTEN_DATABASE_URL": site.database,
            ])
            try beside.expect("pooler", "ok", "there is one")
            try beside.expect("listen", "ok", "was heard")
            try await site.doctor().expect("pooler", "ok", "none")
        }
    }

    @Test("A listening connection that leads elsewhere, or nowhere, fails")
    func listen() async throws {
        try await withInstallation { site in
            try await withDatabase { other in
                try await site.doctor(["HOLDFAST_LISTEN_DATABASE_URL": other])
                    .expect("listen", "fail", "leads to another database", "HOLDFAST_LISTEN_DATABASE_URL")
            }
            let deaf = try await site.doctor(["HOLDFAST_LISTEN_DATABASE_URL": "postgresql://x:canary@127.0.0.1:9/x"])
            try deaf.expect("listen", "fail", "cannot connect", "workers poll")
            try deaf.expect("schema", "ok")
        }
    }

    @Test("A schema that is missing, behind, changed, ahead or without the reference tables fails")
    func schema() async throws {
        try await withInstallation(ready: false) { site in
            let fresh = try await site.doctor()
            try fresh.expect("schema", "fail", "has schema version 0", "run 'holdfast migrate'")
            try fresh.expect("unchecked", "warn", "grants, clock, environment, signing key")
            try fresh.expect("listen", "ok")
            try await site.must(["migrate", "--no-booking"])
            try await site.doctor().expect("schema", "fail", "--no-booking")
        }
        try await withInstallation { site in
            try await site.sql("INSERT INTO holdfast.migration (version, name, checksum) VALUES (900, 'later', 'x')")
            try await site.doctor().expect("schema", "fail", "install the newer holdfast")
            try await site.sql(
                "DELETE FROM holdfast.migration WHERE version = 900; UPDATE holdfast.migration SET checksum = 'x' WHERE version = 3"
            )
            try await site.doctor().expect("schema", "fail", "step 3", "another build")
            try await site.sql("DELETE FROM holdfast.migration WHERE version > 9 OR checksum = 'x'")
            try await site.doctor().expect("schema", "fail", "has schema version 2", "holdfast migrate")
        }
    }

    @Test("deploy/roles.sql grants all that is needed; what is taken away is named, and without it all a worker fails")
    func grants() async throws {
        try await withInstallation { site in
            let roles = TestInstallation.repository.appendingPathComponent("deploy/roles.sql")
            try await site.sql(try String(contentsOf: roles, encoding: .utf8))
            try await site.withRole("IN ROLE holdfast_worker, pg_read_all_stats") { role, url in
                let changes = ["HOLDFAST_DATABASE_URL": url]
                let checkup = try await site.doctor(changes)
                try checkup.expect("grants", "ok", role)
                try checkup.expect("xmin horizon", "ok")
                #expect(checkup.lines.filter { $0.finding.contains("could not be looked at") }.isEmpty)
                try await site.sql(
                    """
                    REVOKE DELETE ON holdfast.job FROM holdfast_worker; REVOKE SELECT ON booking.payor FROM holdfast_worker;
                    REVOKE EXECUTE ON FUNCTION holdfast.sort_history FROM holdfast_worker
                    """)
                let line = try await site.doctor(changes).line("grants")
                #expect(line.verdict == "fail" && line.remedy?.contains("GRANT holdfast_worker TO \"\(role)\"") == true)
                #expect(
                    line.details == [
                        "SELECT on booking.payor", "EXECUTE on function holdfast.sort_history",
                        "DELETE on holdfast.job",
                    ])
            }
        }
    }

    @Test("The desk's role is looked at as the desk's: whoever acts by hand is no worker, and not told to become one")
    func desk() async throws {
        try await withInstallation { site in
            let roles = TestInstallation.repository.appendingPathComponent("deploy/roles.sql")
            try await site.sql(try String(contentsOf: roles, encoding: .utf8))
            try await site.withRole("IN ROLE holdfast_operator, pg_read_all_stats") { role, url in
                let changes = ["HOLDFAST_DATABASE_URL": url]
                let checkup = try await site.doctor(changes)
                try checkup.expect("grants", "ok", role, "desk")
                #expect(checkup.lines.filter { $0.finding.contains("could not be looked at") }.isEmpty)
                try await site.sql(
                    """
                    REVOKE SELECT ON holdfast.history, booking.client FROM holdfast_operator;
                    REVOKE EXECUTE ON FUNCTION holdfast.resend, holdfast.note_disclosure FROM holdfast_operator
                    """)
                let line = try await site.doctor(changes).line("grants")
                #expect(line.verdict == "fail" && line.remedy?.contains("psql -f deploy/roles.sql") == true)
                #expect(line.remedy?.contains("GRANT holdfast_operator TO \"\(role)\"") == true)
                #expect(!line.description.contains("holdfast_worker"))
                #expect(
                    line.details == [
                        "SELECT on booking.client", "EXECUTE on function holdfast.note_disclosure",
                        "EXECUTE on function holdfast.resend", "SELECT on holdfast.history",
                    ])
                // Whoever is both is a worker.
                try await site.sql("GRANT holdfast_worker TO \(role)")
                try await site.doctor(changes).expect("grants", "ok", "a worker needs")
            }
        }
    }

    @Test("What the doctor looks for at the desk is what deploy/roles.sql grants it, no more and no less")
    func deskList() async throws {
        try await withInstallation { site in
            let roles = TestInstallation.repository.appendingPathComponent("deploy/roles.sql")
            try await site.sql(try String(contentsOf: roles, encoding: .utf8))
            let functions = try await site.sql(
                """
                SELECT 'EXECUTE on function holdfast.' || p.proname FROM pg_proc p
                WHERE p.pronamespace = 'holdfast'::regnamespace AND has_function_privilege('holdfast_operator', p.oid, 'EXECUTE')
                """)
            try await site.sql(
                """
                REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA holdfast FROM holdfast_operator;
                REVOKE SELECT ON ALL TABLES IN SCHEMA holdfast, booking FROM holdfast_operator
                """)
            try await site.withRole("IN ROLE holdfast_operator") { _, url in
                let details = try await site.doctor(["HOLDFAST_DATABASE_URL": url]).line("grants").details
                #expect(
                    details.filter { $0.hasPrefix("EXECUTE") }.sorted()
                        == functions.split(separator: "\n").map(String.init).sorted())
                #expect(details.contains("SELECT on holdfast.audit") && details.contains("SELECT on booking.payor"))
                #expect(!details.contains { $0.contains("address_key") || $0.contains("history_2") })
                #expect(details.allSatisfy { $0.hasPrefix("EXECUTE") || $0.hasPrefix("SELECT") })
            }
        }
    }

    @Test("A role that may do nothing: every privilege is named, and the lines that need one fail by themselves")
    func noGrants() async throws {
        try await withInstallation { site in
            try await site.withRole("") { _, url in
                let checkup = try await site.doctor(["HOLDFAST_DATABASE_URL": url])
                let details = try checkup.line("grants").details
                #expect(details.contains("USAGE on schema holdfast") && details.contains("SELECT on holdfast.job"))
                #expect(!details.contains { $0.contains("history_2") || $0.contains("INSERT on holdfast.kind") })
                try checkup.expect("schema", "fail", "permission denied")
                try checkup.expect("templates", "ok")
            }
        }
    }

    @Test("Without pg_read_all_stats the snapshots of others are out of sight")
    func blind() async throws {
        try await withInstallation { site in
            let roles = TestInstallation.repository.appendingPathComponent("deploy/roles.sql")
            try await site.sql(try String(contentsOf: roles, encoding: .utf8))
            try await site.withRole("IN ROLE holdfast_worker") { role, url in
                try await site.doctor(["HOLDFAST_DATABASE_URL": url])
                    .expect("xmin horizon", "warn", "GRANT pg_read_all_stats TO \"\(role)\"")
            }
        }
    }

    @Test("A clock that was moved fails")
    func clock() async throws {
        try await withInstallation { site in
            try await site.doctor().expect("clock", "ok", "the server's is 0.0")
            try await site.sql(TestInstallation.clock(movedBy: "-4 hours"))
            try await site.doctor().expect(
                "clock", "fail", "14400.00 s behind", "CREATE OR REPLACE FUNCTION holdfast.clock()")
        }
    }

    @Test("The guard: another environment and a copy fail; a production that may not write to everybody is a warning")
    func environment() async throws {
        try await withInstallation { site in
            try await site.doctor(["HOLDFAST_ENVIRONMENT": "staging"])
                .expect("environment", "fail", "belongs to environment 'test'", "holdfast adopt")
            try await site.doctor().expect("environment", "ok", "test: only 1 address or domain may")
            try await site.sql("UPDATE holdfast.installation SET system_identifier = 'elsewhere'")
            try await site.doctor().expect("environment", "fail", "is a copy")
            try await site.must(["adopt", "--yes", "--reason", "ours"], ["HOLDFAST_ENVIRONMENT": "prod"])
            try await site.doctor(["HOLDFAST_ENVIRONMENT": "prod"])
                .expect("environment", "warn", "settled as suppressed", "remove HOLDFAST_ONLY_TO")
            try await site.doctor(["HOLDFAST_ENVIRONMENT": "prod", "HOLDFAST_ONLY_TO": nil])
                .expect("environment", "ok", "everybody")
        }
    }

    @Test("A table that somebody has locked fails the lines that read it, within seconds, and no other")
    func locked() async throws {
        try await withInstallation { site in
            let database = site.database
            async let holder = try? psql(database, "BEGIN; LOCK TABLE holdfast.worker; SELECT pg_sleep(300)")
            let isHeld = "FROM pg_locks WHERE relation = 'holdfast.worker'::regclass AND mode = 'AccessExclusiveLock'"
            try await eventually("the table was locked") { try await site.sql("SELECT count(*) \(isHeld)") == "1" }
            let checkup = try await site.doctor()
            try checkup.expect("workers", "fail", "could not be looked at", "lock timeout")
            try checkup.expect("stops", "ok")
            try checkup.expect("journal", "warn")
            try await site.sql("SELECT pg_terminate_backend(pid) \(isHeld)")
            _ = await holder
        }
    }
}
