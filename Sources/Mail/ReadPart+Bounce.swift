/// What a message that reports on another says of itself.
extension ReadPart {
    /// What kind of report the message says it is, or that a part of it shows it to be; nil for no report.
    var reportType: String? {
        if let named = parameters["report-type"]?.lowercased() { return named }
        if firstDescendant(ofType: ["message/disposition-notification"]) != nil { return "disposition-notification" }
        return firstDescendant(ofType: ["message/feedback-report"]).map { _ in "feedback-report" }
    }

    /// The header of the letter that came back; nil when the report does not return it.
    var returnedMessage: [ReadField]? {
        let headers: Set = [
            "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers",
        ]
        let scope = reportScope
        if let part = scope.firstDescendant(ofType: headers) { return ReadField.split(part.content[...]).fields }
        return scope.firstDescendant(ofType: ["message/rfc822", "message/global"])?.parts.first?.fields
    }

    /// The multipart that holds the delivery status: a report that was passed on stands in a message of its own.
    private var reportScope: ReadPart {
        let status: Set = ["message/delivery-status", "message/global-delivery-status"]
        if parts.contains(where: { status.contains($0.type) }) { return self }
        return parts.first { $0.firstDescendant(ofType: status) != nil }?.reportScope ?? self
    }

    /// The first text for people, without the markup of HTML.
    var prose: String {
        if type == "message/rfc822" { return "" }
        if type == "text/plain" || type == "text/html" {
            let text = String(text.unicodeScalars.prefix(Self.maximumProse))
            return type == "text/html" ? HTMLTokens(text).words : text
        }
        let texts = parts.lazy.map(\.prose)
        return texts.first { !$0.isEmpty } ?? ""
    }

    private static let maximumProse = 64 * 1024

    /// Whether a mail server wrote it, as far as its header says.
    var isFromMailer: Bool {
        if field("x-failed-recipients") != nil { return true }
        let sender = (field("from") ?? "").lowercased()
        let names = ["mailer-daemon", "postmaster", "mail delivery", "microsoftexchange", "system administrator"]
        return names.contains { sender.contains($0) } || field("return-path")?.filter { $0 != " " } == "<>"
    }

    /// Whether a program answered for a person (RFC 3834, and the fields in use before it).
    var isAutomaticReply: Bool {
        let signs = ["x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply"]
        if signs.contains(where: { field($0) != nil }) { return true }
        if field("auto-submitted").map({ !$0.lowercased().hasPrefix("no") }) == true { return true }
        if let precedence = field("precedence")?.lowercased(), precedence.hasPrefix("auto") { return true }
        let subject = (field("subject") ?? "").lowercased()
        return ["automatic reply", "out of office", "out of the office", "auto:", "autoreply"].contains {
            subject.hasPrefix($0)
        }
    }
}
