internal import CLibcurl
internal import Glibc

/// What can go wrong between us and the relay's bytes.
enum WireError: Error, Sendable, Equatable {
    case timedOut
    case closed
    case broken(curl: UInt32)
    case malformed

    var fault: Fault {
        switch self {
        case .timedOut: .timedOut
        case .closed: .closed
        case .broken(let code): .broken(curl: code)
        case .malformed: .malformedReply
        }
    }
}

/// The open connection: bytes out and replies in, each with a deadline.
///
/// Owned by one thread, which it blocks.
struct Wire: ~Copyable {
    private let curl: CurlHandle
    private let socket: Int32
    private var parser = ReplyParser()

    init?(_ curl: consuming CurlHandle) {
        guard let socket = curl.socket else { return nil }
        self.socket = socket
        self.curl = curl
    }

    /// Version and cipher of the TLS session, nil on plaintext; known after the first read.
    var tls: String? { curl.tls }

    /// What the relay's certificate says, where that was kept.
    var certificate: PeerCertificate? { curl.certificate }

    /// Whether the other end is on this machine.
    var isPeerLoopback: Bool { curl.isPeerLoopback }

    /// Whether bytes of the relay are waiting that nobody asked for.
    var hasUnreadBytes: Bool { parser.hasUnreadBytes }

    /// Writes once as much as the socket takes now: 0 when it takes nothing.
    func write(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Int {
        var written = 0
        let code = curl_easy_send(curl.easy, bytes.baseAddress, bytes.count, &written)
        guard code == CURLE_OK || code == CURLE_AGAIN else { throw .broken(curl: code.rawValue) }
        return code == CURLE_OK ? written : 0
    }

    /// Writes everything, waiting where needed.
    func writeAll(_ bytes: UnsafeRawBufferPointer, until deadline: ContinuousClock.Instant) throws(WireError) {
        var sent = 0
        while sent < bytes.count {
            let written = try write(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
            sent += written
            if written == 0 { try wait(for: POLLOUT, until: deadline) }
        }
    }

    /// Waits for the next complete reply.
    mutating func readReply(until deadline: ContinuousClock.Instant) throws(WireError) -> Reply {
        while true {
            if let reply = try nextReply() { return reply }
            // TLS may hold whole records that poll() cannot see, so read until there is nothing before waiting.
            if try !receive() { try wait(for: POLLIN, until: deadline) }
        }
    }

    /// A complete reply if one is there already, without waiting.
    mutating func replyWaiting() throws(WireError) -> Reply? {
        while true {
            if let reply = try nextReply() { return reply }
            if try !receive() { return nil }
        }
    }

    /// Whether the relay has said nothing since its last reply; throws `closed` when it has hung up.
    mutating func isSilent() throws(WireError) -> Bool {
        guard !parser.hasUnreadBytes else { return false }
        return try !receive()
    }

    /// Waits until the socket is ready.
    func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(WireError) {
        while true {
            let left = deadline - .now
            guard left > .zero else { throw .timedOut }
            var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
            let ready = poll(&descriptor, 1, Int32(clamping: left.milliseconds))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .broken(curl: CURLE_RECV_ERROR.rawValue) }
        }
    }

    private mutating func nextReply() throws(WireError) -> Reply? {
        do throws(ReplyParser.Defect) { return try parser.next() } catch { throw .malformed }
    }

    /// Reads once; false when there is nothing to read now.
    private mutating func receive() throws(WireError) -> Bool {
        try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { scratch throws(WireError) in
            var count = 0
            let code = curl_easy_recv(curl.easy, scratch.baseAddress, scratch.count, &count)
            if code == CURLE_AGAIN { return false }
            guard code == CURLE_OK else { throw .broken(curl: code.rawValue) }
            guard count > 0 else { throw .closed }
            parser.append(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
            return true
        }
    }
}
