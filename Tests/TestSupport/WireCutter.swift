import Executors
import Foundation
import Synchronization

/// A proxy of a test that passes connections on, records their bytes, and cuts one after an exact number of them.
///
/// It stands between a client and a server on 127.0.0.1. Nothing is forwarded after the cut, in either direction, until the
/// client is gone.
package final class WireCutter: Sendable {
    /// Whose bytes are counted.
    package enum Direction: String, Sendable, CaseIterable { case commands, replies }

    /// How the connection ends.
    package enum Way: String, Sendable, CaseIterable {
        /// As `close` ends it.
        case close
        /// By RST.
        case reset
        /// Not at all: nothing is read any more.
        case hang
        /// Not at all, and what the client had left on the way still reaches the server once the client is gone.
        case thaw

        /// Whether the client only learns of the cut by its own timers.
        package var isSilent: Bool { self == .hang || self == .thaw }
    }

    /// Where and how to cut.
    package struct Cut: Sendable, Equatable {
        /// Whose bytes are counted.
        package let direction: Direction
        /// How many bytes are passed on before.
        package let after: Int
        /// What happens then.
        package let way: Way

        /// A cut.
        package init(_ direction: Direction, after: Int, _ way: Way) {
            self.direction = direction
            self.after = after
            self.way = way
        }
    }

    /// What was passed on, as it crossed the wire.
    package struct Recording: Sendable {
        /// The client's bytes.
        package var commands: [UInt8] = []
        /// The server's bytes.
        package var replies: [UInt8] = []

        /// Whether somebody who reads the wire sees a text, as it is or in base64, whatever stands around it.
        package func reveals(_ text: String) -> Bool { Self.reveals(text, in: commands + replies) }

        /// Whether bytes hold a text, as it is or in base64, whatever stands around it.
        package static func reveals(_ text: String, in bytes: [UInt8]) -> Bool {
            let unfolded = Data(bytes.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") })
            let encoded = (0..<3).map { shift in
                // Groups of four characters that depend on the neighbours are left off at both ends.
                let padded = Data(repeating: 0, count: shift) + Data(text.utf8)
                return Data(padded.base64EncodedString().utf8.dropFirst(shift == 0 ? 0 : 4).dropLast(4))
            }
            return ([Data(text.utf8)] + encoded).contains { unfolded.range(of: $0) != nil }
        }
    }

    /// The port on 127.0.0.1 to connect to.
    package let port: Int
    private let recording = Mutex(Recording())
    private let wake: (reader: Int32, writer: Int32)
    private let connections = DispatchGroup()

    /// Passes connections on to a port on 127.0.0.1 and records them all; with a cut there is one connection only.
    ///
    /// - Parameter receiveBuffer: Bytes that the kernel keeps unread for the proxy, so that a client with more to say
    ///   has to wait; nil leaves it to the kernel.
    package init(to target: Int, cut: Cut? = nil, receiveBuffer: Int32? = nil) throws {
        let listener = try Self.listen(receiveBuffer: receiveBuffer)
        port = listener.port
        wake = try Self.pipe()
        onThread { self.listen(on: listener.descriptor, target, cut) }
    }

    deinit {
        close(wake.reader)
        close(wake.writer)
    }

    /// Ends a hang, waits until the connections are gone, and tells what was passed on.
    ///
    /// To be called once, when the client is done.
    @discardableResult
    package func finish() -> Recording {
        _ = write(wake.writer, "x", 1)
        connections.wait()
        return recording.withLock { $0 }
    }

    private func onThread(_ work: @escaping @Sendable () -> Void) {
        connections.enter()
        DedicatedThread.start(label: "wire-cutter") { [connections] in
            work()
            connections.leave()
        }
    }

    private func listen(on listener: Int32, _ target: Int, _ cut: Cut?) {
        defer { close(listener) }
        while Self.poll([listener, wake.reader]) == listener {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            if cut != nil { return serve(client, target, cut) }
            onThread { self.serve(client, target, nil) }
        }
    }

    private func serve(_ client: Int32, _ target: Int, _ cut: Cut?) {
        var server: Int32 = -1
        if cut?.after != 0 {
            server = Self.connect(to: target)
            guard server >= 0 else { return Self.end(client, nil) }
            // A byte that waits to be sent is lost when the connection is reset.
            for end in [client, server] { Self.sendAtOnce(end) }
            guard pass(client, server, cut) else { return Self.end(client, server) }
        }
        if cut?.way.isSilent == true { _ = Self.poll([wake.reader]) }
        if cut?.way == .thaw { drain(client, into: server) }
        if cut?.way == .reset { Self.lingerNot(client) }
        Self.end(client, server >= 0 ? server : nil)
    }

    private func drain(_ client: Int32, into server: Int32) {
        while let bytes = Self.read(client), Self.writeAll(bytes, to: server) {
            recording.withLock { $0.commands += bytes }
        }
    }

    /// Passes bytes on until the cut is reached, and then returns true, or an end hangs up.
    private func pass(_ client: Int32, _ server: Int32, _ cut: Cut?) -> Bool {
        var counts: [Direction: Int] = [:]
        while let ready = Self.poll([client, server]) {
            let direction = ready == client ? Direction.commands : .replies
            guard var bytes = Self.read(ready) else { return false }
            let before = counts[direction, default: 0]
            let isCut = direction == cut?.direction && before + bytes.count >= cut?.after ?? .max
            if isCut, let cut { bytes = Array(bytes.prefix(cut.after - before)) }
            counts[direction] = before + bytes.count
            guard Self.writeAll(bytes, to: ready == client ? server : client) else { return false }
            recording.withLock { recording in
                if direction == .commands { recording.commands += bytes } else { recording.replies += bytes }
            }
            if isCut { return true }
        }
        return false
    }
}

/// Sockets, as plainly as they come.
extension WireCutter {
    private static func listen(receiveBuffer: Int32?) throws -> (descriptor: Int32, port: Int) {
        let descriptor = stream()
        var address = SMTPServer.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Foundation.listen(descriptor, 1) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw TestSupportError("no socket can listen on 127.0.0.1 (errno \(errno))") }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func stream() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func connect(to port: Int) -> Int32 {
        let descriptor = stream()
        var address = SMTPServer.loopback(UInt16(port))
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if connected { return descriptor }
        close(descriptor)
        return -1
    }

    private static func pipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { throw TestSupportError("no pipe can be made (errno \(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// The first descriptor that can be read; nil when waiting failed.
    private static func poll(_ descriptors: [Int32]) -> Int32? {
        var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while Foundation.poll(&waiting, nfds_t(waiting.count), -1) < 0 {
            if errno != EINTR { return nil }
        }
        return waiting.first { $0.revents != 0 }?.fd
    }

    /// What has come; nil at the end of the connection.
    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func sendAtOnce(_ descriptor: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Makes the next `close` send RST.
    private static func lingerNot(_ descriptor: Int32) {
        var zero = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &zero, socklen_t(MemoryLayout<linger>.size))
    }

    private static func end(_ one: Int32, _ other: Int32?) {
        close(one)
        if let other { close(other) }
    }
}
