import Foundation

/// Python's `email` package as a second reader of bounce reports.
enum BounceOracle {
    /// What it finds in one report.
    struct Reading: Decodable {
        let status: String?
        let identifier: String?
    }

    /// Reads these fixtures, in one process.
    static func read(_ names: [String]) throws -> [Reading] {
        let paths = names.map { BounceFixtures.folder.appending(path: "\($0).eml").path(percentEncoded: false) }
        let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "python3"
        let output = try MailOracle.run([python, "-X", "utf8", "-c", script] + paths)
        return try JSONDecoder().decode([Reading].self, from: output)
    }

    private static let script = #"""
        import email, html, json, re, sys

        STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\w)")

        def content(part):
            # The decoded octets of a part, also where this package reads a message/* part as messages.
            head, _, body = part.as_bytes().partition(b"\n\n")
            encoding = part.get("Content-Transfer-Encoding", "7bit").encode()
            part = email.message_from_bytes(b"Content-Transfer-Encoding: " + encoding + b"\n\n" + body)
            return part.get_payload(decode=True).decode("utf-8", "replace").replace("\r\n", "\n")

        def fields(text):
            return email.message_from_string(text)

        def failed_first(blocks):
            named = [b for b in blocks if b["Final-Recipient"] or b["Original-Recipient"]]
            failed = [b for b in named if (b["Action"] or "failed").strip().lower() == "failed"]
            return (failed or named)[0]

        def status_of(block):
            found = STATUS.findall(block["Status"] or "")
            detail = STATUS.findall(block["Diagnostic-Code"] or "")
            if found and found[0].endswith(".0.0") and detail and detail[0][0] == found[0][0]:
                return detail[0]
            return (found + detail + [None])[0]

        def identifier(value):
            return value.strip().strip("<>") if value else None

        def returned(mail):
            for part in mail.walk():
                if part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
                    return identifier(fields(content(part))["Message-ID"])
            found = None
            for part in mail.walk():
                if part.get_content_type() == "message/rfc822":
                    found = identifier(part.get_payload(0)["Message-ID"]) or found
            return found

        def read(path):
            mail = email.message_from_bytes(open(path, "rb").read().replace(b"\r\n", b"\n"))
            machine = [p for p in mail.walk() if p.get_content_type().endswith("delivery-status")
                       and p.get_content_type().startswith("message/")]
            if machine:
                blocks = [fields(text) for text in re.split(r"\n[ \t]*\n+", content(machine[0]).strip())]
                found = returned(mail)
                for block in blocks:
                    if found is None and block["Original-Envelope-Id"]:
                        xtext = block["Original-Envelope-Id"].strip()
                        found = re.sub(r"\+([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), xtext)
                return status_of(failed_first(blocks)), found
            text = next(p for p in mail.walk() if p.get_content_maintype() == "text")
            words = text.get_payload(decode=True).decode("utf-8", "replace").replace("\r\n", "\n")
            if text.get_content_subtype() == "html":
                words = html.unescape(re.sub(r"<[^>]*>", "\n", words))
            copy = r"(?m)^(?:-+ ?(?:Below|This is a copy|Original)|Original message headers|Received:)"
            report = re.split(copy, words)[0]
            found = re.search(r"(?mi)^Message-ID:\s*<([^>]+)>", words)
            return (STATUS.findall(report) + [None])[0], returned(mail) or (found[1] if found else None)

        readings = [read(path) for path in sys.argv[1:]]
        json.dump([{"status": status, "identifier": found} for status, found in readings], sys.stdout)
        """#
}
