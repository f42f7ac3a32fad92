package import FoundationEssentials
import Glibc
import Mail
import Signing

/// A Maildir folder, read only: what a mail server delivered there.
///
/// Regular files of `new` and `cur` are letters; links, folders and whatever else stands there are passed over. Only
/// the newest ``maximumLetters`` are read, and of each at most ``ReadPart/maximumLength`` octets.
package struct Inbox: Sendable {
    /// The most letters that are read.
    package static let maximumLetters = 200

    private let path: String

    /// Checks that `path` is a Maildir: a folder with `new` or `cur` in it.
    ///
    /// Throws ``FolderError`` with a sentence when it is none.
    package init(maildir path: String) throws(FolderError) {
        let folder = try OpenFolder(path)
        var isMaildir = false
        for name in Self.folders where try folder.folder(name) != nil { isMaildir = true }
        guard isMaildir else {
            throw FolderError("\(path) is no Maildir: it has neither a folder `new` nor `cur`")
        }
        self.path = path
    }

    private static let folders = ["new", "cur"]

    /// The letters that are there now, newest first.
    ///
    /// One that is moved or removed meanwhile is passed over. Throws ``FolderError`` when the Maildir itself, or a
    /// file in it, cannot be read.
    package func letters() throws(FolderError) -> [InboxLetter] {
        let maildir = try OpenFolder(path)
        var found: [(folder: String, entry: OpenFolder.Entry)] = []
        for name in Self.folders {
            guard let folder = try maildir.folder(name) else { continue }
            found += try folder.files().map { (name, $0) }
        }
        found.sort { Self.isNewer($0.entry, $1.entry) }
        var letters: [InboxLetter] = []
        var seen: Set<String> = []
        for (name, entry) in found.prefix(Self.maximumLetters) {
            // One that was moved from `new` to `cur` between two looks stands in both lists.
            guard seen.insert(Self.id(entry.name)).inserted, let folder = try maildir.folder(name),
                let file = try folder.contents(of: entry.name, limit: ReadPart.maximumLength)
            else { continue }
            letters.append(
                InboxLetter(
                    id: Self.id(entry.name), arrivedAt: Self.date(entry.modified), isCut: file.isCut,
                    letter: ReadLetter(file.bytes)))
        }
        return letters
    }

    /// 16 hexadecimal digits for the part of a file's name that a mail program leaves alone: what follows the colon
    /// are its flags.
    private static func id(_ name: String) -> String {
        SHA256.digest(Array(name.utf8.prefix { $0 != UInt8(ascii: ":") })).prefix(8)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func isNewer(_ one: OpenFolder.Entry, _ other: OpenFolder.Entry) -> Bool {
        (one.modified.tv_sec, one.modified.tv_nsec, one.name)
            > (other.modified.tv_sec, other.modified.tv_nsec, other.name)
    }

    private static func date(_ time: timespec) -> Date {
        Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}

/// A letter of an inbox.
package struct InboxLetter: Sendable {
    /// Names it in addresses of the gallery: 16 hexadecimal digits that tell nothing of the file's name.
    package let id: String
    /// When it was delivered: when its file was last written.
    package let arrivedAt: Date
    /// Whether the file is longer than what was read of it.
    package let isCut: Bool
    /// The letter.
    package let letter: ReadLetter
}
