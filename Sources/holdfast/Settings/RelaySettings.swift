import Glibc
import SMTP

extension Relay {
    /// Reads where letters go; nil when something is wrong, which the reader has noted.
    static func read(_ reader: inout SettingsReader) -> Relay? {
        let passwordFile = reader.optional(.smtpPasswordFile)
        let password = passwordFile.flatMap { reader.firstLine(of: $0, named: Setting.smtpPasswordFile.name) }
        let caFile = reader.optional(.smtpCAFile)
        let ehloName = reader.optional(.ehloName) ?? hostName
        guard let url = reader.required(.smtpURL), passwordFile == nil || password != nil else { return nil }
        do {
            return try Relay(url: url, password: password.map(Password.init), caFile: caFile, ehloName: ehloName)
        } catch {
            // The sentence names the setting itself: it may be any of four.
            reader.refuse(error.description)
            return nil
        }
    }

    private static var hostName: String {
        let name = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            buffer.initialize(repeating: 0)
            guard let start = buffer.baseAddress, gethostname(start, buffer.count - 1) == 0 else { return "" }
            return String(cString: start)
        }
        return name.isEmpty ? "localhost" : name
    }
}
