import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Serves the site that is shown now over HTTP, until it is stopped.
package struct PreviewServer: Service {
    private let host: String
    private let port: Int
    private let site: CurrentSite
    private let send: TestSender?
    private let keepAlive: Duration
    private let isListening: @Sendable (_ port: Int) -> Void

    /// Whoever sends nothing for so long, and waits for nothing, is hung up on.
    private static let patience = TimeAmount.seconds(60)

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - host: a name or an address of this machine, an IPv6 one without brackets.
    ///   - port: 0 lets the system choose.
    ///   - send: nil when no tests are sent.
    ///   - keepAlive: how often an open page hears from us though nothing has changed.
    ///   - isListening: called once, with the port that was chosen.
    package init(
        host: String, port: Int, site: CurrentSite, send: TestSender? = nil, keepAlive: Duration = .seconds(15),
        isListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.host = host
        self.port = port
        self.site = site
        self.send = send
        self.keepAlive = keepAlive
        self.isListening = isListening
    }

    /// Whether what is served at this name or address can be reached from this machine alone.
    package static func isLoopback(_ host: String) -> Bool { ServedHost.isLoopback(host.lowercased()) }

    /// Serves until a graceful stop, which ends open event streams, or cancellation.
    ///
    /// Throws NIO's error when the address cannot be listened on.
    package func run() async throws {
        let responder = PreviewResponder(
            site: site, host: ServedHost(listening: host),
            events: EventStream(site: site, run: String(UInt32.random(in: .min ... .max), radix: 16)), send: send)
        let server = Application(
            responder: responder, server: .http1(configuration: .init(idleTimeout: Self.patience)),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { [isListening] channel in isListening(channel.localAddress?.port ?? 0) },
            // What happens to each connection is no news.
            logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() })
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await remindReaders() }
                try await server.run()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            site.close()
        }
    }

    private func remindReaders() async throws {
        while true {
            do { try await Task.sleep(for: keepAlive) } catch { return }
            site.remind()
        }
    }
}
