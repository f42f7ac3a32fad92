import Foundation
import Mail
import Testing

/// The reports in `Bounces/`, written in the formats that mailers document or are known to write, all about one letter.
enum BounceFixtures {
    static let messageID = "8f14e45f-ceea-4e7a-9c3b-1d2f3a4b5c6d.k3j5m7p2q4@practice.example"
    static let address = "zoe@example.org"

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Bounces")

    /// The names of all files, without `.eml`.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.map { $0.deletingPathExtension().lastPathComponent }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: "\(name).eml")))
    }

    static func report(_ name: String) throws -> BounceReport { try BounceReport(parsing: bytes(name)) }
}

/// What a report must be read as.
struct ExpectedBounce: CustomTestStringConvertible {
    let name: String
    var action = BouncedRecipient.Action.failed
    var status: String? = "5.1.1"
    var code: Int? = 550
    var address: String? = BounceFixtures.address
    var failureStatus: String?

    var testDescription: String { name }

    static let all = [
        ExpectedBounce(name: "postfix-unknown-user"),
        ExpectedBounce(name: "postfix-whole-message"),
        ExpectedBounce(name: "postfix-no-report-type"),
        ExpectedBounce(name: "postfix-envelope-id"),
        ExpectedBounce(name: "postfix-two-recipients"),
        ExpectedBounce(name: "postfix-text-only", address: nil),
        ExpectedBounce(name: "postfix-expired", status: "4.4.1", code: nil, failureStatus: "5.4.7"),
        ExpectedBounce(name: "postfix-policy", status: "5.7.1", code: 554),
        ExpectedBounce(name: "postfix-mailbox-full", status: "5.2.2", code: 552),
        ExpectedBounce(name: "postfix-delayed", action: .delayed, status: "4.4.1", code: nil),
        ExpectedBounce(name: "postfix-delayed-text", action: .delayed, status: nil, code: nil, address: nil),
        ExpectedBounce(name: "postfix-success", action: .relayed, status: "2.0.0", code: nil),
        ExpectedBounce(name: "sendmail"),
        ExpectedBounce(name: "sendmail-text", address: nil),
        ExpectedBounce(name: "sendmail-warning", action: .delayed, status: "4.4.3", code: 451),
        ExpectedBounce(name: "exim-text"),
        ExpectedBounce(name: "exim-unrouteable", status: "5.1.2", code: nil),
        ExpectedBounce(name: "exim-report", status: "5.1.1"),
        ExpectedBounce(name: "exim-delayed", action: .delayed, status: nil, code: nil, address: nil),
        ExpectedBounce(name: "qmail", code: nil, address: nil),
        ExpectedBounce(name: "qmail-remote", address: nil),
        ExpectedBounce(name: "qmail-no-code", status: nil, code: 554, address: nil, failureStatus: "5.0.0"),
        ExpectedBounce(name: "yahoo-text", code: 554, address: nil),
        ExpectedBounce(name: "yahoo-report", status: "5.0.0", code: 552),
        ExpectedBounce(name: "gmail"),
        ExpectedBounce(name: "gmail-text"),
        ExpectedBounce(name: "gmail-delayed", action: .delayed, status: "4.4.1", code: nil),
        ExpectedBounce(name: "exchange-online", status: "5.1.10"),
        ExpectedBounce(name: "exchange-vague-status"),
        ExpectedBounce(name: "exchange-text", address: nil),
        ExpectedBounce(name: "exchange-html", address: nil),
        ExpectedBounce(name: "exchange-5.5", code: nil, address: nil),
        ExpectedBounce(name: "iis"),
        ExpectedBounce(name: "ses"),
        ExpectedBounce(name: "encoded-parts"),
        ExpectedBounce(name: "nested-in-list"),
        ExpectedBounce(name: "forwarded-report"),
        ExpectedBounce(name: "one-block"),
        ExpectedBounce(name: "no-action", status: "5.1.2"),
        ExpectedBounce(name: "international", status: "5.1.6", address: "zoë@example.org"),
        ExpectedBounce(name: "cut-short"),
    ]

    /// What is no report, and what it is instead.
    static let others: [(name: String, sort: BounceError.Sort)] = [
        ("not-out-of-office", .automaticReply), ("not-vacation", .automaticReply), ("not-read-receipt", .readReceipt),
        ("not-complaint", .complaint), ("not-a-persons-question", .otherMail), ("not-a-daemons-news", .automaticReply),
    ]
}
