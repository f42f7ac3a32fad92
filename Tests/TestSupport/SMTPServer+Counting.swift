import Foundation

extension SMTPServer {
    /// Waits until the scripted relay has seen so many messages.
    package func messages(reach number: Int, within seconds: Double = 60) async throws {
        try await eventually("the relay had seen \(number) messages", within: seconds) {
            while messageCount < number, self.await("message", within: 0.001) != nil {}
            return messageCount >= number
        }
    }

    /// Reads everything the scripted relay saw up to now: it tells in order, so that a line of our own comes last.
    package func catchUp() async throws {
        let mark = "MARK \(UUID().uuidString)"
        let talk = try await run(
            "bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(mark)\\r\\nQUIT\\r\\n' >&3; cat <&3"])
        guard talk.status == 0 else { throw TestSupportError("the scripted relay cannot be reached: \(talk.errors)") }
        while let event = self.await("command") {
            if event.line == mark { return }
        }
        throw TestSupportError("the scripted relay did not tell of the mark")
    }

    /// Every message the scripted relay has told of, as it was sent, the oldest first.
    package var messages: [String] {
        events.filter { $0.event == "message" }.compactMap(\.content).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The Message-IDs of `messages`.
    package var messageIDs: [String] {
        messages.compactMap { $0.firstMatch(of: /\r\nMessage-ID: *(?:\r\n )?<([^>]+)>/).map { String($0.1) } }
    }

    private var messageCount: Int { events.count { $0.event == "message" } }
}
