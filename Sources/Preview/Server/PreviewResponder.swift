import Hummingbird
import NIOCore

/// Answers requests from the site that is shown now; no path of a request ever reaches a disk.
struct PreviewResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let site: CurrentSite
    let host: ServedHost
    let events: EventStream
    /// Nil: no tests are sent.
    let send: TestSender?

    /// A form with an address is short.
    private static let longestForm = 2048
    private static let plain = "text/plain; charset=utf-8"

    /// The answer; HEAD gets that of GET without its body, as RFC 9110, section 9.3.2 asks.
    func respond(to request: Request, context: Context) async throws -> Response {
        guard host.serves(request.head.authority) else {
            return Self.sentence(.misdirectedRequest, "Ask by the address that 'holdfast preview' printed.")
        }
        guard let path = Self.path(of: request) else { return Self.notFound }
        let place = SitePath(path)
        if case .send(let id) = place { return await answerForm(request, for: id) }
        guard [.get, .head].contains(request.method) else { return Self.notAllowed("GET, HEAD") }
        if place == .events { return eventResponse(request) }
        guard let page = site.page(at: path) else { return Self.notFound }
        let response = Self.response(.ok, page, at: path)
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The path as it was sent, without slash and query: every page has plain characters only, so nothing is decoded.
    private static func path(of request: Request) -> String? {
        guard let target = request.head.path, target.hasPrefix("/") else { return nil }
        let path = target.dropFirst().prefix { $0 != "?" }
        return path.isEmpty ? "index.html" : String(path)
    }

    private func eventResponse(_ request: Request) -> Response {
        var fields = SecurityFields.ours
        fields[.contentType] = "text/event-stream"
        let lastID = FieldName("Last-Event-ID").flatMap { request.headers[$0] }
        let edition = request.uri.queryParameters["at"].flatMap { Int($0) }
        let response = Response(status: .ok, headers: fields, body: events.body(lastID: lastID, edition: edition))
        return request.method == .head ? response.createHeadResponse() : response
    }

    // MARK: Sending a test

    private func answerForm(_ request: Request, for id: SpecimenID) async -> Response {
        guard let send, let specimen = site.specimen(id) else { return Self.notFound }
        guard request.method == .post else { return Self.notAllowed("POST") }
        guard isSameOrigin(request) else {
            return Self.sentence(.forbidden, "A test is sent from the preview's own page only.")
        }
        guard let address = await Self.address(in: request) else {
            return Self.sentence(.badRequest, "Name the address to send to.")
        }
        let answer = await send(specimen, address)
        switch answer.outcome {
        case .sent: return Self.sentence(.ok, answer.sentence)
        case .refused: return Self.sentence(.forbidden, answer.sentence)
        case .failed: return Self.sentence(.badGateway, answer.sentence)
        }
    }

    /// A page elsewhere can make a browser post here, but not under our origin (Fetch standard, section 3.2).
    private func isSameOrigin(_ request: Request) -> Bool {
        guard let authority = request.head.authority, let origin = request.headers[.origin] else { return false }
        return origin == "http://\(authority)"
    }

    private static func address(in request: Request) async -> String? {
        struct Form: Decodable { let to: String }
        guard let body = try? await request.body.collect(upTo: longestForm),
            let form = try? URLEncodedFormDecoder().decode(Form.self, from: String(buffer: body)),
            !form.to.isEmpty
        else { return nil }
        return form.to
    }

    // MARK: Answers

    private static func response(_ status: HTTPResponse.Status, _ page: Page, at path: String) -> Response {
        let isPart = (path.hasPrefix("letter/") || path.hasPrefix("inbox/")) && !path.hasSuffix("/index.html")
        var fields = isPart ? SecurityFields.letters : SecurityFields.ours
        fields[.contentType] = page.type
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }

    private static func sentence(_ status: HTTPResponse.Status, _ text: String) -> Response {
        response(status, Page(type: plain, bytes: Array("\(text)\n".utf8)), at: "index.html")
    }

    private static var notFound: Response { sentence(.notFound, "There is no such page.") }

    private static func notAllowed(_ methods: String) -> Response {
        var response = sentence(.methodNotAllowed, "\(methods) only.")
        response.headers[.allow] = methods
        return response
    }
}
