import FoundationEssentials
import Outbox

/// One row of history as JSON and CSV; it names nobody.
struct HistoryReport: Encodable {
    private enum Cell {
        case text(String?)
        case number(Int64?)
        case truth(Bool)
        case moment(Date)
    }

    /// What a row tells, in the order of a CSV file.
    private static let columns: [(name: Name, cell: @Sendable (HistoryEntry) -> Cell)] = [
        ("at", { .moment($0.at) }), ("job", { .number($0.jobID) }), ("claim", { .number($0.claimNumber) }),
        ("attempt", { .number(Int64($0.attempt)) }), ("kind", { .text($0.kind) }),
        ("subjectKind", { .text($0.subjectKind) }), ("subject", { .text($0.subjectID.text) }),
        ("audience", { .text($0.audience) }), ("generation", { .number(Int64($0.generation)) }),
        ("outcome", { .text($0.outcome) }), ("isFinal", { .truth($0.isFinal) }), ("stage", { .text($0.stage) }),
        ("code", { .number($0.code.map(Int64.init)) }), ("enhanced", { .text($0.enhanced) }),
        ("reply", { .text($0.reply) }), ("queueID", { .text($0.queueID) }), ("tls", { .text($0.tls) }),
        ("reason", { .text($0.reason) }), ("messageID", { .text($0.messageID) }),
    ]

    private let entry: HistoryEntry

    init(_ entry: HistoryEntry) { self.entry = entry }

    /// The titles of ``line``.
    static var title: String { columns.map(\.name.stringValue).joined(separator: ",") }

    /// One line of a CSV file (RFC 4180).
    var line: String { Self.columns.map { Self.quoted(Self.text(of: $0.cell(entry))) }.joined(separator: ",") }

    /// As JSON it leaves out what there is not.
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Name.self)
        for (name, cell) in Self.columns {
            switch cell(entry) {
            case .text(let text): try object.encodeIfPresent(text, forKey: name)
            case .number(let number): try object.encodeIfPresent(number, forKey: name)
            case .truth(let truth): try object.encode(truth, forKey: name)
            case .moment(let moment): try object.encode(moment, forKey: name)
            }
        }
    }

    private static func text(of cell: Cell) -> String {
        switch cell {
        case .text(let text): text ?? ""
        case .number(let number): number.map(String.init) ?? ""
        case .truth(let truth): "\(truth)"
        case .moment(let moment): moment.formatted(.iso8601)
        }
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }

    private struct Name: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init(stringLiteral text: String) { stringValue = text }
        init?(intValue: Int) { nil }
    }
}
