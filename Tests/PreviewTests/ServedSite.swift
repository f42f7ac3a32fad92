import Logging
import Preview
import ServiceLifecycle
import TestSupport

/// Serves a site for the time of a test.
///
/// - Parameter body: gets a client of it.
func withServer<Value>(
    _ site: CurrentSite, host: String = "127.0.0.1", send: TestSender? = nil, keepAlive: Duration = .seconds(15),
    _ body: (WebClient) async throws -> Value
) async throws -> Value {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let server = PreviewServer(
        host: host, port: 0, site: site, send: send, keepAlive: keepAlive, isListening: { port.yield($0) })
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let serving = Task {
        defer { port.finish() }
        try await group.run()
    }
    guard let port = await ports.first(where: { _ in true }) else {
        try await serving.value
        throw TestSupportError("the server ended before it listened")
    }
    let result: Result<Value, any Error>
    do { result = .success(try await body(WebClient(port: port))) } catch { result = .failure(error) }
    await group.triggerGracefulShutdown()
    try await serving.value
    return try result.get()
}

/// A site of these pages, each a line of text.
func pages(_ texts: [String: String]) -> CurrentSite.Lookup {
    { path, _ in texts[path].map { Page(type: type(of: path), bytes: Array($0.utf8)) } }
}

private func type(of path: String) -> String {
    path.hasSuffix(".html") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
}
