import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Worker

/// Serves a worker's health and metrics over HTTP, from before the worker starts until after it has ended.
struct MonitorServer: Service {
    private let address: ListenAddress
    private let responder: MonitorResponder
    private let logger: Logger
    private let opening: AsyncStream<Void>
    private let opened: AsyncStream<Void>.Continuation

    /// Whoever sends nothing for so long is hung up on.
    private static let patience = TimeAmount.seconds(60)

    /// A server that does not listen yet.
    init(_ address: ListenAddress, _ responder: MonitorResponder, logger: Logger) {
        self.address = address
        self.responder = responder
        self.logger = logger
        (opening, opened) = AsyncStream.makeStream()
    }

    /// Serves until a graceful stop or cancellation.
    ///
    /// Throws `CommandFailure` when the address cannot be listened on.
    func run() async throws {
        let server = Application(
            responder: responder, server: .http1(configuration: .init(idleTimeout: Self.patience)),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            onServerRunning: { [logger, opened] channel in
                let place = channel.localAddress.map { "\($0.ipAddress ?? ""):\($0.port ?? 0)" } ?? ""
                logger.event(.info, "health and metrics are served", [.listen: place])
                opened.yield()
            },
            // What happens to each connection is no news of the worker.
            logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await server.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw CommandFailure(
                .configuration,
                "\(Setting.httpListen.name): \(address) cannot be listened on (\(error)): name a free port of this host"
            )
        }
    }

    /// A service that starts once this one listens, so that nothing is claimed when it cannot.
    func before(_ service: some Service) -> some Service {
        Follower(opening: opening, service: service)
    }

    private struct Follower<Next: Service>: Service {
        let opening: AsyncStream<Void>
        let service: Next

        func run() async throws {
            for await _ in opening { break }
            try Task.checkCancellation()
            try await service.run()
        }
    }
}
