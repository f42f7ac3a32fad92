import Foundation
import Testing

/// What a message must read as, for a reader that is not ours.
struct ExpectedMail: Codable {
    var label: String
    var raw: Data
    var from: [String]
    var replyTo: [String]
    var to: [String]
    var subject: String
    var seconds: Int
    var messageID: String
    var structure: String
    var leaves: [Data]
    var fileNames: [String]
}

/// Python's `email` package in its strictest setting.
enum MailOracle {
    /// Reads all of `mails` in one process and returns one line for each thing that is not as expected.
    static func complaints(about mails: [ExpectedMail]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString).json")
        try JSONEncoder().encode(mails).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "python3"
        let output = try run([python, "-X", "utf8", "-c", script, file.path(percentEncoded: false)])
        return try JSONDecoder().decode([String].self, from: output)
    }

    /// Runs a command found on `PATH` and returns its output; a failure is an error that names the command.
    static func run(_ command: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw OracleFailure(command: command[0], status: process.terminationStatus)
        }
        return output
    }

    private static let script = #"""
        import base64, email, email.header, email.policy, json, re, sys

        STRICT = email.policy.SMTP.clone(raise_on_defect=True)

        def structure(part):
            if part.is_multipart():
                return part.get_content_type() + "(" + ",".join(structure(p) for p in part.iter_parts()) + ")"
            return part.get_content_type()

        def mailbox(header, source):
            assert len(header.addresses) == 1, "not one address"
            address = header.addresses[0]
            name = address.display_name
            phrase = source.rpartition("<")[0].strip()
            # This parser keeps the space between two encoded words, against RFC 2047 section 6.2 (before 3.13), and
            # folds two spaces inside one word into one; the decoder beside it does neither.
            if phrase.startswith("=?utf-8?"):
                name = "".join(text.decode(charset) for text, charset in email.header.decode_header(phrase))
            return [name, address.username, address.domain]

        def check_octets(raw):
            assert re.search(rb"\r(?!\n)|(?<!\r)\n|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]", raw) is None, "octets"
            assert raw.endswith(b"\r\n"), "no final CRLF"
            head, _, body = raw.partition(b"\r\n\r\n")
            assert max(map(len, body.split(b"\r\n"))) <= 998, "body line length"
            for line in head.split(b"\r\n"):
                assert line.strip() or not line, "line of white space"
                assert len(line) <= (76 if b"=?utf-8?" in line else 78) or line.count(b" ") < 2, "header line length"
                for word in re.findall(rb"=\?utf-8\?[BQ]\?\S*\?=", line):
                    assert len(word) <= 75, "encoded word length"
                    email.header.decode_header(word.decode("ascii"))[0][0].decode("utf-8")

        def check(expected):
            raw = base64.b64decode(expected["raw"])
            check_octets(raw)
            mail = email.message_from_bytes(raw, policy=STRICT)
            loose = email.message_from_bytes(raw)
            for part in mail.walk():
                assert not part.defects, part.defects
                for name, value in part.items():
                    assert not value.defects, (name, value.defects)
            for name, key in ("From", "from"), ("Reply-To", "replyTo"), ("To", "to"):
                found = mailbox(mail[name], loose[name]) if mail[name] is not None else []
                assert found == expected[key], (name, found, expected[key])
            assert str(mail["Subject"]) == expected["subject"], (str(mail["Subject"]), expected["subject"])
            assert int(mail["Date"].datetime.timestamp()) == expected["seconds"], "date"
            assert str(mail["Message-ID"]) == "<" + expected["messageID"] + ">", "message id"
            assert mail["Auto-Submitted"] == "auto-generated" and mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
            assert mail["Content-Language"] == "en" and mail["MIME-Version"] == "1.0"
            assert structure(mail) == expected["structure"], structure(mail)
            leaves = [p for p in mail.walk() if not p.is_multipart()]
            found = [p.get_payload(decode=True) for p in leaves]
            assert found == [base64.b64decode(leaf) for leaf in expected["leaves"]], "parts differ"
            names = [p.get_filename() for p in leaves if p.get_filename() is not None]
            assert names == expected["fileNames"], (names, expected["fileNames"])

        complaints = []
        for expected in json.load(open(sys.argv[1], encoding="utf-8")):
            try:
                check(expected)
            except Exception as error:
                complaints.append(f"{expected['label']}: {type(error).__name__} {ascii(error)}")
        json.dump(complaints, sys.stdout)
        """#
}

/// A program the tests need was not there or failed.
struct OracleFailure: Error, CustomStringConvertible {
    var command: String
    var status: Int32

    var description: String {
        "\(command) ended with status \(status); 127 means it is not installed (deploy/test installs it)."
    }
}
