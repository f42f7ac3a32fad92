import Foundation

/// Takes one message over SMTP and counts its bytes: the size `smtp-source` is then given.
struct Scout {
    let port: Int
    private let listener: Int32

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening, listen(listener, 8) == 0 else { throw BenchError("no port on 127.0.0.1") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Serves connections until one has brought a message; returns its size.
    func receive() throws -> Int {
        defer { close(listener) }
        while true {
            let peer = accept(listener, nil, nil)
            guard peer >= 0 else { throw BenchError("nobody came to port \(port)") }
            defer { close(peer) }
            if let size = converse(peer) { return size }
        }
    }

    /// The size of the message of one connection; nil when it ends without one.
    private func converse(_ peer: Int32) -> Int? {
        var input: [UInt8] = []
        say("220 scout", to: peer)
        while let line = nextLine(&input, from: peer) {
            switch line.prefix(4).uppercased() {
            case "QUIT": return nil
            case "DATA":
                say("354 go on", to: peer)
                var size = 0
                while let text = nextLine(&input, from: peer), text != "." { size += text.utf8.count + 2 }
                say("250 taken", to: peer)
                // The client closes; answering the rest keeps it from waiting.
                while let rest = nextLine(&input, from: peer) {
                    say(rest.hasPrefix("QUIT") ? "221 bye" : "250 ok", to: peer)
                }
                return size
            default: say("250 scout", to: peer)
            }
        }
        return nil
    }

    private func say(_ text: String, to peer: Int32) {
        let bytes = Array("\(text)\r\n".utf8)
        _ = write(peer, bytes, bytes.count)
    }

    private func nextLine(_ input: inout [UInt8], from peer: Int32) -> String? {
        while true {
            if let end = input.firstIndex(of: 0x0A) {
                defer { input.removeSubrange(...end) }
                return String(decoding: input[..<end].dropLast(), as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(peer, &buffer, buffer.count)
            guard count > 0 else { return nil }
            input += buffer[..<count]
        }
    }
}
