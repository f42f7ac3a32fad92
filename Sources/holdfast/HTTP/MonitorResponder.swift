import Hummingbird
import NIOCore
import Prometheus
import Worker

/// Answers `/livez`, `/readyz` and `/metrics`, and nothing else.
struct MonitorResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let worker: Worker
    let metrics: PrometheusRegistry

    /// The answer; HEAD gets that of GET without its body, as RFC 9110, section 9.3.2 asks.
    func respond(to request: Request, context: Context) async throws -> Response {
        guard let page = try page(request.uri.path) else {
            return Self.response(.notFound, Self.plain, "try /livez, /readyz or /metrics\n")
        }
        switch request.method {
        case .get: return page
        case .head: return page.createHeadResponse()
        default:
            var refusal = Self.response(.methodNotAllowed, Self.plain, "GET and HEAD only\n")
            refusal.headers[.allow] = "GET, HEAD"
            return refusal
        }
    }

    private func page(_ path: String) throws -> Response? {
        switch path {
        // That this is answered at all is what it says: the process lives and its event loops turn.
        case "/livez": return Self.response(.ok, Self.plain, "alive\n")
        case "/readyz":
            let health = worker.health()
            let isReady = [.ready, .degraded].contains(health.status)
            return Self.response(isReady ? .ok : .serviceUnavailable, Self.json, try HealthAnswer(health).line())
        case "/metrics":
            _ = worker.health()
            return Self.response(.ok, Self.prometheus, metrics.text)
        default: return nil
        }
    }

    private static let plain = "text/plain; charset=utf-8"
    private static let json = "application/json"
    private static let prometheus = "text/plain; version=0.0.4; charset=utf-8"

    private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
        let headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
