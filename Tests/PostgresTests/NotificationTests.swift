import Postgres
import Testing

@Suite struct NotificationTests {
    @Test func aNotifyWakesTheListenerQuickly() async throws {
        try await withConnection { listener, url in
            let sender = try await Connection.open(ConnectionSettings(url: url))
            try await listener.listen("Wake \"up\"")
            var waits: [Duration] = []
            for round in 0..<20 {
                async let notification = listener.notification(within: .seconds(10))
                try await Task.sleep(for: .milliseconds(5))
                let start = ContinuousClock.now
                try await sender.query("SELECT pg_notify('Wake \"up\"', $1)", [.text("é\(round)")])
                let received = try #require(try await notification)
                waits.append(ContinuousClock.now - start)
                #expect(received.channel == "Wake \"up\"" && received.payload == "é\(round)")
                let pid = try await sender.backendPID
                #expect(received.backendPID == pid)
            }
            waits.sort()
            print("LISTEN/NOTIFY: median \(waits[10] / .microseconds(1)) µs, worst \(waits[19] / .microseconds(1)) µs")
            // Not the median: the other tests keep all cores busy. Anything that polls by the second would miss this, too.
            #expect(waits[4] < .milliseconds(200))
            await sender.close()
        }
    }

    @Test func noneArrivedIsNilAndEarlierOnesAreKept() async throws {
        try await withConnection { connection, _ in
            try await connection.listen("c")
            #expect(try await connection.notification(within: .zero) == nil)
            #expect(try await connection.notification(within: .milliseconds(30)) == nil)
            // A session hears itself; the two arrive during the pipeline and wait in order.
            try await connection.pipeline([
                Statement("a", "SELECT pg_notify('c', '1')"), Statement("b", "SELECT pg_notify('c', '2')"),
            ])
            #expect(try await connection.notification(within: .seconds(5))?.payload == "1")
            #expect(try await connection.notification(within: .zero)?.payload == "2")
            for name in ["", "a\0", String(repeating: "x", count: 64)] {
                #expect(await postgresErrorOf { try await connection.listen(name) }?.code == .invalidParameter)
            }
        }
    }

    @Test func cancellationWakesTheListenerAndKeepsTheConnection() async throws {
        try await withConnection { connection, _ in
            try await connection.listen("c")
            let work = Task { try await connection.notification(within: .seconds(300)) }
            try await Task.sleep(for: .milliseconds(50))
            let start = ContinuousClock.now
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(ContinuousClock.now - start < .seconds(240))
            try await connection.query("SELECT pg_notify('c', 'still here')")
            #expect(try await connection.notification(within: .seconds(5))?.payload == "still here")
        }
    }

    @Test func aListenerNoticesThatItsSessionWasEnded() async throws {
        try await withConnection { connection, url in
            try await connection.listen("c")
            let pid = try await connection.backendPID
            let admin = try await Connection.open(ConnectionSettings(url: url))
            async let error = postgresErrorOf { _ = try await connection.notification(within: .seconds(60)) }
            try await admin.query("SELECT pg_terminate_backend($1)", [.int4(pid)])
            #expect(await error?.code == .connectionLost)
            #expect(await connection.isUsable == false)
            await admin.close()
        }
    }
}
