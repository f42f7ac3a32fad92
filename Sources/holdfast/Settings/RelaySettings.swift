import Glibc
import SMTP

extension Relay {
    /// Reads where letters go, in the order in which relays are tried; nil when something is wrong, which the reader
    /// has noted.
    static func read(_ reader: inout SettingsReader) -> [Relay]? {
        let problems = reader.problems.count
        let ehloName = reader.optional(.ehloName) ?? hostName
        var relays: [Relay] = []
        var previous = 0
        for number in Setting.relayNumbers {
            let given = Setting.ofRelay.map { $0.ofRelay(number) }.first { reader.optional($0) != nil }
            guard let given = given ?? (number == 1 ? Setting.smtpURL : nil) else { continue }
            if number > previous + 1 {
                reader.refuse(Setting.smtpURL.ofRelay(previous + 1), "is not set, but \(given.name) is; leave no gap")
            }
            previous = number
            if let relay = RelaySettings(number: number).read(&reader, ehloName: ehloName, given: given) {
                relays.append(relay)
            }
        }
        return reader.problems.count == problems ? relays : nil
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

/// The settings of the n-th relay.
private struct RelaySettings {
    let number: Int

    private var prefix: String { Setting.relayPrefix(number) }

    /// Reads and checks them; nil when something is wrong, which the reader has noted.
    func read(_ reader: inout SettingsReader, ehloName: String, given: Setting) -> Relay? {
        let problems = reader.problems.count
        let url = self.url(&reader, given)
        let password = secret(.smtpPasswordFile, &reader)
        let caFile = value(.smtpCAFile, &reader)
        let rate = reader.parsed(Setting.smtpRate.ofRelay(number), Self.rate)
        guard let url, reader.problems.count == problems else { return nil }
        do {
            return try Relay(
                url: url, password: password, token: token(&reader), clientCertificate: clientCertificate(&reader),
                caFile: caFile, ehloName: ehloName, ratePerSecond: rate, settingPrefix: prefix)
        } catch {
            // What is wrong with a file has been noted where it was read; every other sentence names its setting.
            if reader.problems.count == problems { reader.refuse("\(error)") }
            return nil
        }
    }

    private func url(_ reader: inout SettingsReader, _ given: Setting) -> String? {
        if number == 1 { return reader.required(.smtpURL) }
        if let url = value(.smtpURL, &reader) { return url }
        reader.refuse(Setting.smtpURL.ofRelay(number), "is not set, but \(given.name) is; set it, or remove that one")
        return nil
    }

    private func token(_ reader: inout SettingsReader) throws(RelaySettingsError) -> (any TokenSource)? {
        let file = value(.smtpTokenFile, &reader)
        let id = value(.smtpTokenClientID, &reader)
        let secret = secret(.smtpTokenClientSecretFile, &reader)
        let scope = value(.smtpTokenScope, &reader)
        let caFile = value(.smtpTokenCAFile, &reader)
        guard let url = value(.smtpTokenURL, &reader) else {
            if id != nil || secret != nil || scope != nil || caFile != nil {
                reader.refuse(Setting.smtpTokenURL.ofRelay(number), "is not set, but settings for it are; set it too")
            }
            return file.map(TokenFile.init)
        }
        if file != nil {
            reader.refuse(Setting.smtpTokenFile.ofRelay(number), "is set, and so is \(prefix)_TOKEN_URL; remove one")
        }
        return try TokenEndpoint(
            url: url, clientID: id, clientSecret: secret, scope: scope, caFile: caFile, settingPrefix: prefix)
    }

    private func clientCertificate(_ reader: inout SettingsReader) throws(RelaySettingsError) -> ClientCertificate? {
        let certificate = value(.smtpClientCertFile, &reader)
        let key = value(.smtpClientKeyFile, &reader)
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return try ClientCertificate(certificateFile: certificate, keyFile: key, settingPrefix: prefix)
        case (_, nil): reader.refuse(Setting.smtpClientKeyFile.ofRelay(number), "is not set, but the certificate is")
        case (nil, _): reader.refuse(Setting.smtpClientCertFile.ofRelay(number), "is not set, but its key is")
        }
        return nil
    }

    private func value(_ setting: Setting, _ reader: inout SettingsReader) -> String? {
        reader.optional(setting.ofRelay(number))
    }

    private func secret(_ setting: Setting, _ reader: inout SettingsReader) -> Password? {
        value(setting, &reader).flatMap { reader.firstLine(of: $0, named: setting.ofRelay(number).name) }
            .map { Password($0) }
    }

    private static func rate(_ text: String) throws -> Double {
        guard let rate = Double(text), (0.001...100_000).contains(rate) else {
            throw Unusable("must be a number of letters a second, such as 14 or 0.5")
        }
        return rate
    }
}
