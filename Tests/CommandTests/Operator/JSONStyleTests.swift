import Foundation
import TestSupport
import Testing

/// What programs read of all commands, in one style.
@Suite struct JSONStyleTests {
    /// Objects whose keys are data: kinds of letters, outcomes, classes of suppressions.
    private static let maps: Set<String> = ["lastHour", "lifted"]

    @Test("Names are in camel case, truths are questions, moments have whole seconds of UTC")
    func style() async throws {
        try await withInstallation { site in
            let (reserved, job) = try await prepare(site)
            let reason = ["--reason", "r"]
            let hold = ["hold", job, "--yes", "--request-id", "h", "--json"] + reason
            try await site.must(hold)
            let commands = [
                ["status", "--json"], ["find", reserved, "--json"], ["find", "visitor.1@example.org", "--json"], hold,
                ["resend", "--failed", "--since", "2h", "--dry-run", "--json"],
                ["pause", "--kind", "survey.request", "--json"] + reason, ["suppressions", "list", "--json"],
                ["suppressions", "add", "bo@example.org", "--json"] + reason,
                ["suppressions", "remove", "bo@example.org", "--json"] + reason,
                ["history", "export", "--since", "2h", "--format", "ndjson"],
                ["suppressions", "export", "--format", "ndjson"] + reason, ["poison", "list", "--json"],
                ["migrate", "--status", "--json"],
            ]
            for command in commands {
                let output = try await site.must(command).output
                let lines = output.split(separator: "\n")
                #expect(!lines.isEmpty, "\(command)")
                for line in lines {
                    check(try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)), "\(command)")
                }
            }
        }
    }

    /// A letter that failed, one that is owed, a suppression for a while, poison; returns a reservation and the owed one.
    private func prepare(_ site: TestInstallation) async throws -> (String, String) {
        try await site.failLetters(2)
        try await site.sql(
            "UPDATE holdfast.history SET outcome = 'poison' WHERE job_id = (SELECT min(job_id) FROM holdfast.history)")
        let id = try await site.reserve("ann@example.org")[0]
        try await site.must(["suppressions", "add", "visitor.1@example.org", "--until", "30d", "--reason", "r"])
        return (id, try await site.onlyJob())
    }

    private func check(_ value: JSONValue, _ place: String) {
        switch value {
        case .object(let object):
            for (name, value) in object {
                let place = "\(place) \(name)"
                #expect(name.wholeMatch(of: /[a-z]+([A-Z][a-z]*|[0-9]+)*/) != nil, "\(place)")
                let isMoment = name.contains(/(At|Since|Until|^at|^since|^until|^horizon|^nextRetry)$/)
                if isMoment { #expect(value.isText, "\(place)") }
                if case .truth = value { #expect(name.contains(/^(is|sees)[A-Z]|^changed$/), "\(place)") }
                if !Self.maps.contains(name) { check(value, place) }
            }
        case .array(let array): for value in array { check(value, place) }
        case .text(let text):
            guard text.starts(with: /[0-9]{4}-[0-9]{2}-[0-9]{2}T/) else { return }
            #expect(text.wholeMatch(of: /[-0-9]{10}T[:0-9]{8}Z/) != nil, "\(place) \(text)")
        case .truth, .other: break
        }
    }
}

/// Any value of JSON.
private enum JSONValue: Decodable {
    case object([String: JSONValue])
    case array([JSONValue])
    case text(String)
    case truth(Bool)
    case other

    var isText: Bool { if case .text = self { true } else { false } }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let array = try? value.decode([JSONValue].self) {
            self = .array(array)
        } else if let object = try? value.decode([String: JSONValue].self) {
            self = .object(object)
        } else {
            self = .other
        }
    }
}
