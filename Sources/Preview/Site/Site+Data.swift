import FoundationEssentials

extension Site {
    /// `letters.json`, from which an export can be read again as a baseline.
    func lettersData() -> Page {
        json(
            gallery.specimens.map { specimen in
                LetterIndexEntry(
                    specimen.id, title: specimen.title, subject: specimen.subject, bytes: specimen.bytes.count)
            })
    }

    /// `findings.json`, everything that was found.
    func findingsData() -> Page { json(gallery.findings) }

    private func json(_ values: [some Encodable]) -> Page {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Texts and numbers always encode.
        let bytes = (try? encoder.encode(values)) ?? Data("[]".utf8)
        return Page(type: "application/json; charset=utf-8", bytes: Array(bytes) + [UInt8(ascii: "\n")])
    }
}
