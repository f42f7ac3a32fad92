import Configuration
import FoundationEssentials

/// Everything that is wrong with the settings, a sentence for each.
struct SettingsError: Error, CustomStringConvertible {
    let problems: [String]

    var description: String {
        problems.count == 1
            ? problems.joined() : "\(problems.count) settings are wrong:\n  " + problems.joined(separator: "\n  ")
    }
}

/// What is wrong with one value, as the end of a sentence that begins with the setting's name.
struct Unusable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Reads settings and collects what is wrong with them, so that all of it is told at once.
///
/// Values of secrets are never in a sentence.
struct SettingsReader {
    private let values: ConfigReader
    private(set) var problems: [String] = []

    /// Reads the environment, and behind it the file that `HOLDFAST_CONFIG_FILE` names.
    init() throws {
        let environment = ProcessInfo.processInfo.environment
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider(environmentVariables: environment)]
        var names = Set(environment.keys)
        if let path = environment[Setting.configFile.name] {
            let settings = try Self.settings(inFile: path)
            providers.append(EnvironmentVariablesProvider(environmentVariables: settings))
            names.formUnion(settings.keys)
        }
        values = ConfigReader(providers: providers)
        problems = Self.misspelt(in: names)
    }

    /// What the lines of a file give values to, whatever ends them; the last one of a name counts.
    ///
    /// Not read by the library, which skips lines it does not understand: a setting in one would silently do nothing.
    private static func settings(inFile path: String) throws -> [String: String] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw SettingsError(problems: ["\(Setting.configFile.name): the file \(path) cannot be read"])
        }
        let lines = String(decoding: data, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var settings: [String: String] = [:]
        for (number, line) in lines.enumerated() {
            let line = line.trimmingPrefix(while: \.isWhitespace)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let setting = line.wholeMatch(of: /(?:export\s+)?([A-Za-z_][A-Za-z_0-9]*)\s*=\s*(.*?)\s*/) else {
                throw SettingsError(problems: [
                    "\(Setting.configFile.name): line \(number + 1) of \(path) is no NAME=value"
                ])
            }
            settings[String(setting.1)] = String(setting.2)
        }
        return settings
    }

    /// The values that were read, or everything that was wrong with any of them.
    ///
    /// Mutating, so that a value cannot be read inside the call itself: what is wrong with it would not be seen.
    mutating func finished<each Value>(_ values: repeat (each Value)?) throws -> (repeat each Value) {
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return (repeat try Self.present(each values))
    }

    private static func present<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw SettingsError(problems: ["a setting could not be read"]) }
        return value
    }

    /// Notes a problem with a setting: what is wrong and the way out.
    mutating func refuse(_ setting: Setting, _ problem: String) {
        problems.append("\(setting.name): \(problem)")
    }

    /// Notes a problem whose sentence names the setting itself.
    mutating func refuse(_ problem: String) {
        problems.append(problem)
    }

    /// The value, or nil when it is not set.
    ///
    /// An empty value counts as not set, as compose files write it.
    mutating func optional(_ setting: Setting) -> String? {
        if let value = lookUp(setting.name) { return value }
        guard setting.isSecret, let path = lookUp(setting.fileName) else { return nil }
        return firstLine(of: path, named: setting.fileName)
    }

    /// The value; notes a problem when it is not set.
    mutating func required(_ setting: Setting) -> String? {
        let before = problems.count
        if let value = optional(setting) { return value }
        if problems.count == before {
            refuse(setting, "is not set: \(setting.purpose)\(setting.isSecret ? " (or \(setting.fileName))" : "")")
        }
        return nil
    }

    /// The value as `parse` reads it; notes a problem when it throws, nil when the setting is not set.
    mutating func parsed<Value>(_ setting: Setting, required: Bool = false, _ parse: (String) throws -> Value) -> Value?
    {
        guard let text = required ? self.required(setting) : optional(setting) else { return nil }
        do {
            return try parse(text)
        } catch {
            refuse(setting, "\(error)")
            return nil
        }
    }

    /// The first line of a file, without its line ending: how secrets are mounted.
    mutating func firstLine(of path: String, named name: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            problems.append("\(name): the file \(path) cannot be read")
            return nil
        }
        let line = String(decoding: data.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        if line.isEmpty { problems.append("\(name): the file \(path) has an empty first line") }
        return line.isEmpty ? nil : line
    }

    private func lookUp(_ name: String) -> String? {
        let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
        return values.string(forKey: key, isSecret: true).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A variable that nobody reads is a setting that silently does nothing.
    private static func misspelt(in names: some Collection<String>) -> [String] {
        let numbered = Setting.relayNumbers.dropFirst().flatMap { number in Setting.ofRelay.map { $0.ofRelay(number) } }
        let known = Set((Setting.all + numbered).flatMap { $0.isSecret ? [$0.name, $0.fileName] : [$0.name] })
        return names.filter { $0.hasPrefix("HOLDFAST_") && !known.contains($0) }
            .sorted().map {
                "\($0): is not a setting of this version; see 'holdfast worker --help'"
            }
    }
}
