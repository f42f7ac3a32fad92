import Foundation
import TestSupport
import Testing

/// Health and metrics, as a service manager and Prometheus ask for them.
@Suite struct MonitorTests {
    @Test("Three pages are served, to GET and HEAD; everything else is refused as HTTP has it")
    func pages() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.scripted())
            let (_, monitor) = try await site.startMonitoredWorker()
            try await monitor.health("the worker is ready") { $0.status == "ready" && $0.problems.isEmpty }
            for (path, type) in [
                ("/livez", "text/plain; charset=utf-8"), ("/readyz", "application/json"),
                ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
            ] {
                let page = try await monitor.exchange("GET", path)
                #expect(page.status == 200 && page.headers["content-type"] == type)
                #expect(page.body.hasSuffix("\n") && page.headers["cache-control"] == "no-store")
                let head = try await monitor.exchange("HEAD", path)
                #expect(head.status == 200 && head.body.isEmpty && head.headers["content-type"] == type)
                if path != "/metrics" { #expect(head.headers["content-length"] == "\(page.body.utf8.count)") }
                for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                    let refusal = try await monitor.exchange(method, path)
                    #expect(refusal.status == 405 && refusal.headers["allow"] == "GET, HEAD")
                }
            }
            for path in ["/", "/metrics/", "/healthz", "/../metrics", "/readyz%00"] {
                #expect(try await monitor.exchange("GET", path).status == 404)
            }
        }
    }

    @Test("What a worker did is counted, and no label leads to anybody")
    func metrics() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            try await site.reserveMany(7)
            let (_, monitor) = try await site.startMonitoredWorker()
            try await site.settleEverything()
            let letters = ["kind": "reservation.confirm", "outcome": "sent"]
            let metrics = try await monitor.metrics()
            #expect(metrics["holdfast_letters_total"]?[letters] == 7)
            #expect(metrics["holdfast_letter_seconds_count"]?[[:]] == 7)
            #expect(metrics["holdfast_claimed_total"]?[[:]] == 7)
            #expect(metrics["holdfast_stale_settles_total"]?[[:]] == 0)
            #expect(metrics["holdfast_ready"]?[[:]] == 1)
            #expect(metrics["holdfast_listener_hears"]?[[:]] == 1)
            #expect(try #require(metrics["holdfast_lease_left_seconds"]?[[:]]) > 0)
            #expect(try #require(metrics["holdfast_settle_seconds_count"]?[[:]]) > 0)
            let due = ["kind": "reservation.confirm", "state": "due"]
            try await eventually("the queue's depth was looked at") {
                try await monitor.metrics()["holdfast_jobs"]?[due] == 0
            }
            let text = try await monitor.exchange("GET", "/metrics").body
            for word in ["example.org", "Visitor"] { #expect(!text.contains(word)) }
        }
    }

    @Test("A port that is taken: exit 78, a sentence that names the setting, and nothing was claimed")
    func portTaken() async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.scripted())
            let (_, monitor) = try await site.startMonitoredWorker()
            let listen = "127.0.0.1:\(monitor.port)"
            let second = try await site.run(["worker"], ["HOLDFAST_HTTP_LISTEN": listen])
            #expect(second.status == 78)
            #expect(second.errors.contains("holdfast: HOLDFAST_HTTP_LISTEN: \(listen) cannot be listened on"))
            #expect(second.errors.contains("Address already in use"))
            #expect(!second.errors.contains("serves its queues"))
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "1")
        }
    }

    @Test(
        "An address that is none is refused by its name",
        arguments: ["yes", "70000", "127.0.0.1:", ":9464", "http://127.0.0.1:9464", "::1:9464"])
    func wrongAddress(_ value: String) async throws {
        try await withInstallation { site in
            let result = try await site.run(["worker"], ["HOLDFAST_HTTP_LISTEN": value])
            #expect(result.status == 78)
            #expect(result.errors.hasPrefix("holdfast: HOLDFAST_HTTP_LISTEN: must be a port, or a host and a port"))
        }
    }

    @Test("While a worker stops its health says so to the end, and no open connection holds it up")
    func stopping() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 0))
            site.use(server)
            try await site.reserveMany(1)
            let (worker, monitor) = try await site.startMonitoredWorker()
            try await server.messages(reach: 1)
            let talk =
                "exec 3<>/dev/tcp/127.0.0.1/\(monitor.port); printf 'GET /livez HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' >&3"
            async let keptOpen = run("bash", ["-c", "\(talk); cat <&3"])
            worker.signal(SIGTERM)
            try await monitor.health("the worker says that it stops") { $0.status == "stopping" }
            #expect(try await monitor.exchange("GET", "/readyz").status == 503)
            #expect(try await monitor.exchange("GET", "/livez").status == 200)
            try server.release()
            #expect(try await worker.end().status == 0)
            #expect(try await keptOpen.output.hasSuffix("\r\n\r\nalive\n"))
            #expect(try await site.history().map(\.outcome) == ["sent"])
        }
    }

    @Test("Claims that fail are told once, whatever else of the database works, and so is their end")
    func claimsFail() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let (worker, monitor) = try await site.startMonitoredWorker()
            try await site.sql("ALTER TABLE holdfast.link RENAME TO link_elsewhere")
            try await site.reserveMany(2)
            try await monitor.health("claims have been failing for a while") { health in
                health.status == "failing" && health.codes == ["claims"]
                    && health.problems.contains { $0.seconds ?? 0 >= 5 && $0.detail.contains("42P01") }
            }
            #expect(worker.log.ranges(of: "error jobs cannot be claimed").count == 1)
            #expect(!worker.log.contains("the queue answers again"))
            try await site.sql("ALTER TABLE holdfast.link_elsewhere RENAME TO link")
            try await site.settleEverything()
            try await monitor.health("the worker is ready again") { $0.status == "ready" }
            #expect(worker.log.ranges(of: "notice the queue answers again").count == 1)
        }
    }

    @Test("A drain with health and metrics ends by itself", arguments: ["0", "localhost:0"])
    func drain(listen: String) async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            try await site.reserveMany(3)
            try await site.drain(["HOLDFAST_HTTP_LISTEN": listen])
            try await server.catchUp()
            #expect(server.messageIDs.count == 3)
        }
    }

    @Test("A relay that is away is what is wrong, as long as it is")
    func relayAway() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            let door = try await Door(to: server.port)
            site.use(server, behind: door)
            let (_, monitor) = try await site.startMonitoredWorker()
            try door.close()
            try await site.reserveMany(2)
            try await monitor.health("the relay is what is wrong") { health in
                health.status == "failing" && health.codes == ["relay"]
                    && health.problems.allSatisfy { $0.seconds ?? 0 >= 1 && $0.detail.contains("No connection") }
            }
            #expect(try await monitor.exchange("GET", "/readyz").status == 503)
            #expect(try await monitor.metrics()["holdfast_problem"]?[["problem": "relay"]] == 1)
            try door.open()
            try await site.settleEverything()
            try await monitor.health("the worker is ready again") { $0.status == "ready" }
        }
    }
}
