package import Foundation

/// A message as its recipient's mail program reads it.
package struct ReceivedMessage: Decodable, Sendable {
    /// The decoded headers by name in lower case; `x-mailfrom` and `x-rcptto` are the envelope's.
    package let headers: [String: String]
    /// The recipient's name, decoded.
    package let toName: String
    /// The recipient's address.
    package let toAddress: String
    /// The plain text.
    package let text: String?
    /// The HTML.
    package let html: String?
    /// The Date header, in seconds since 1970.
    package let date: Double
    /// The calendar part, unfolded; nil when there is none.
    package let calendar: String?
    /// The content type of every part, outermost first.
    package let types: [String]

    /// The Message-ID header without its angle brackets.
    package var messageID: String {
        headers["message-id", default: ""].trimmingCharacters(in: CharacterSet(charactersIn: "<> "))
    }
}

/// A folder in which a mail server keeps what it received, one message a file.
package struct Maildir: Sendable {
    /// The folder, which the server makes.
    package let folder: URL

    /// Names the folder.
    package init(_ folder: URL) { self.folder = folder }

    /// The files of the messages, in the order of their arrival.
    package var files: [URL] {
        let new = folder.appendingPathComponent("new")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: new.path)) ?? []
        return names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }.map(new.appendingPathComponent)
    }

    /// Waits until so many messages are there.
    package func count(reaches number: Int, within seconds: Double = 60) async throws {
        try await eventually("the inbox had \(number) messages", within: seconds) { files.count >= number }
    }

    /// Every message, read strictly.
    package func messages() async throws -> [ReceivedMessage] {
        try await PythonTool.ask("read_messages.py", files.map(\.path))
    }
}
