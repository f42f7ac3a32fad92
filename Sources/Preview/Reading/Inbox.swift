package import FoundationEssentials
import Glibc
import Mail
import Signing

/// A Maildir folder, read only: what a mail server delivered there.
///
/// Regular files of `new` and `cur` are letters; links, folders and whatever else stands there are passed over. Only
/// the newest ``maximumLetters`` are read, of each at most ``ReadPart/maximumLength`` octets, and of the older ones less
/// when the newer ones are long.
package struct Inbox: Sendable {
    /// The most letters that are read.
    package static let maximumLetters = 200
    /// Octets that all letters together may have before the older ones are cut.
    static let maximumLength = 64 << 20
    /// Octets that are read of every letter.
    private static let leastLength = 64 << 10

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
    /// One that is moved or removed meanwhile is passed over; one that cannot be read is there with the reason. Throws
    /// ``FolderError`` when the Maildir itself cannot be read.
    /// - Parameter earlier: letters that were read before: files that have not changed since are not read again.
    package func letters(after earlier: [InboxLetter] = []) throws(FolderError) -> [InboxLetter] {
        let maildir = try OpenFolder(path)
        var found: [(folder: String, entry: OpenFolder.Entry)] = []
        for name in Self.folders {
            guard let folder = try maildir.folder(name) else { continue }
            found += try folder.files().map { (name, $0) }
        }
        found.sort { Self.isNewer($0.entry, $1.entry) }
        let known = Dictionary(earlier.map { ($0.id, $0) }) { first, _ in first }
        var letters: [InboxLetter] = []
        var seen: Set<String> = []
        var room = Self.maximumLength
        for (name, entry) in found.prefix(Self.maximumLetters) {
            let id = Self.id(entry.name)
            // One that was moved from `new` to `cur` between two looks stands in both lists.
            guard seen.insert(id).inserted, let folder = try maildir.folder(name) else { continue }
            let letter: InboxLetter?
            if let same = known[id], same.isOf(entry) {
                letter = same
            } else {
                letter = Self.read(
                    entry, id, in: folder, limit: min(max(room, Self.leastLength), ReadPart.maximumLength))
            }
            guard let letter else { continue }
            room -= letter.letter.bytes.count
            letters.append(letter)
        }
        return letters
    }

    /// Nil for what is no file any more.
    private static func read(
        _ entry: OpenFolder.Entry, _ id: String, in folder: borrowing OpenFolder, limit: Int
    ) -> InboxLetter? {
        do throws(FolderError) {
            guard let file = try folder.contents(of: entry.name, limit: limit) else { return nil }
            return InboxLetter(id: id, file: entry, isCut: file.isCut, letter: ReadLetter(file.bytes), trouble: nil)
        } catch {
            return InboxLetter(id: id, file: entry, isCut: false, letter: ReadLetter([]), trouble: "\(error)")
        }
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
}

/// A letter of an inbox.
package struct InboxLetter: Sendable {
    /// Names it in addresses of the gallery: 16 hexadecimal digits that tell nothing of the file's name.
    package let id: String
    /// The file it was read from.
    let file: OpenFolder.Entry
    /// Whether the file is longer than what was read of it.
    package let isCut: Bool
    /// The letter.
    package let letter: ReadLetter
    /// Why the file could not be read; nil when it could.
    let trouble: String?

    /// When it was delivered: when its file was last written.
    package var arrivedAt: Date {
        Date(timeIntervalSince1970: Double(file.modified.tv_sec) + Double(file.modified.tv_nsec) / 1e9)
    }

    /// Whether this was read from that very file; what could not be read is tried again.
    fileprivate func isOf(_ entry: OpenFolder.Entry) -> Bool { trouble == nil && file.isSameFile(as: entry) }
}
