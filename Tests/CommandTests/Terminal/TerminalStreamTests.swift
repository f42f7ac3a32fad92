import Glibc
import Testing

@testable import holdfast

@Suite struct TerminalStreamTests {
    @Test("A descriptor that somebody made non-blocking takes everything, as soon as it can")
    func nonBlocking() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        let (reading, count) = (ends[0], 300_000)
        var thread = pthread_t()
        let reader = pthread_create(
            &thread, nil,
            { argument in
                var buffer = [UInt8](repeating: 0, count: 4096)
                let descriptor = Int32(Int(bitPattern: argument))
                var left = 300_000
                while left > 0 {
                    let count = read(descriptor, &buffer, buffer.count)
                    if count <= 0 { break }
                    left -= count
                }
                return nil
            }, UnsafeMutableRawPointer(bitPattern: Int(reading)))
        try #require(reader == 0)
        let loss = TerminalStream(descriptor: ends[1]).write([UInt8](repeating: 120, count: count))
        #expect(loss == nil)
        if loss == nil { pthread_join(thread, nil) }
    }

    @Test("The audit names the person behind an account that several use")
    func operators() {
        #expect(Terminal.operatorName("mel", in: [:]) == "mel")
        #expect(Terminal.operatorName("holdfast", in: ["SUDO_USER": "mel"]) == "mel (as holdfast)")
        #expect(Terminal.operatorName("root", in: ["SUDO_USER": "root"]) == "root")
        #expect(Terminal.operatorName("holdfast", in: ["SUDO_USER": " "]) == "holdfast")
    }

    @Test("What looks like an address is masked, whatever stands around it")
    func masked() {
        #expect("call zoe@example.org,\nplease".withMaskedAddresses == "call z…@example.org,\nplease")
        #expect("<zoe@example.org>".withMaskedAddresses == "<…@example.org>")
        #expect("at 5 @ noon".withMaskedAddresses == "at 5 … noon")
        #expect("nothing here".withMaskedAddresses == "nothing here")
    }
}
