import Foundation
import Mail
import Testing

@testable import Preview

@Suite("A Maildir inbox")
struct InboxTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        for name in ["new", "cur", "tmp"] { try folder.makeFolder(name) }
    }

    private func deliver(_ name: String, _ subject: String, at seconds: Double) throws {
        try folder.write(name, "Subject: \(subject)\n\nHello\n".utf8, modified: Date(timeIntervalSince1970: seconds))
    }

    @Test("letters come newest first, from new and cur alone")
    func order() throws {
        try deliver("new/1.a", "first", at: 1000)
        try deliver("new/3.a", "third", at: 3000)
        try deliver("cur/2.a:2,S", "second", at: 2000)
        try deliver("tmp/4.a", "not delivered yet", at: 4000)
        try deliver("5.a", "in no folder", at: 5000)
        let letters = try Inbox(maildir: folder.path).letters()
        #expect(letters.map(\.letter.subject) == ["third", "second", "first"])
        #expect(letters.map(\.arrivedAt.timeIntervalSince1970) == [3000, 2000, 1000])
        #expect(letters.allSatisfy { $0.id.wholeMatch(of: /[0-9a-f]{16}/) != nil && !$0.isCut })
        #expect(Set(letters.map(\.id)).count == 3)
    }

    @Test("a letter keeps its name when a mail program marks it as read")
    func flags() throws {
        try deliver("new/1.a", "x", at: 1000)
        let inbox = try Inbox(maildir: folder.path)
        let before = try inbox.letters()
        let files = FileManager.default
        try files.moveItem(atPath: folder.path + "/new/1.a", toPath: folder.path + "/cur/1.a:2,RS")
        #expect(try inbox.letters().map(\.id) == before.map(\.id))
        try deliver("new/1.a", "in both, as in the middle of a move", at: 900)
        #expect(try inbox.letters().count == 1)
    }

    @Test("a file that has not changed since is not read again")
    func unchanged() throws {
        try deliver("new/1.a", "old", at: 1000)
        let inbox = try Inbox(maildir: folder.path)
        let before = try inbox.letters()
        let file = try FileHandle(forWritingTo: folder.url.appending(path: "new/1.a"))
        try file.write(contentsOf: Data("Subject: new".utf8))
        try file.close()
        let modified = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1000)]
        try FileManager.default.setAttributes(modified, ofItemAtPath: folder.path + "/new/1.a")
        #expect(try inbox.letters(after: before).map(\.letter.subject) == ["old"])
        #expect(try inbox.letters().map(\.letter.subject) == ["new"])
        try deliver("new/1.a", "newer", at: 1000)
        #expect(try inbox.letters(after: before).map(\.letter.subject) == ["newer"])
    }

    @Test("when the newest letters are very long, the older ones are cut")
    func budget() throws {
        let long = "Subject: long\n\n".utf8 + Array(repeating: 0x41, count: ReadPart.maximumLength - 15)
        let many = Inbox.maximumLength / ReadPart.maximumLength
        for number in 0...(many + 1) {
            try folder.write("new/\(number)", long, modified: Date(timeIntervalSince1970: Double(number)))
        }
        let letters = try Inbox(maildir: folder.path).letters()
        #expect(
            letters.count == many + 2 && letters.map(\.isCut) == Array(repeating: false, count: many) + [true, true])
        #expect(letters.allSatisfy { $0.letter.subject == "long" })
    }

    @Test("nothing but regular files is read, and no link is followed")
    func sorts() throws {
        try folder.write("secret", "Subject: secret\n\n".utf8)
        try folder.link("new/link", to: "../secret")
        try folder.link("new/absolute", to: folder.path + "/secret")
        try folder.link("new/nowhere", to: "missing")
        try folder.link("new/loop", to: "loop")
        try folder.makeFolder("new/folder")
        try deliver("new/.hidden", "hidden", at: 1)
        #expect(mkfifo(folder.path + "/new/pipe", 0o600) == 0)
        try deliver("new/1.a", "the only letter", at: 1000)
        #expect(try Inbox(maildir: folder.path).letters().map(\.letter.subject) == ["the only letter"])
        try FileManager.default.removeItem(atPath: folder.path + "/new")
        try FileManager.default.moveItem(atPath: folder.path + "/tmp", toPath: folder.path + "/elsewhere")
        try deliver("elsewhere/1.a", "behind a link", at: 1000)
        try folder.link("new", to: "elsewhere")
        #expect(try Inbox(maildir: folder.path).letters().isEmpty)
    }

    @Test("a file replaced by a link or a pipe between two looks is not opened")
    func replaced() throws {
        try deliver("secret", "secret", at: 1)
        let opened = try OpenFolder(folder.path + "/new")
        try folder.link("new/link", to: "../secret")
        #expect(mkfifo(folder.path + "/new/pipe", 0o600) == 0)
        for name in ["link", "pipe", "../secret", "..", ".", "", "gone", "a\0b"] {
            #expect(try opened.contents(of: name, limit: 100) == nil, "\(name.debugDescription)")
        }
    }

    @Test("of a huge file the beginning is read")
    func hugeFile() throws {
        try deliver("new/1.a", "huge", at: 1000)
        let file = try FileHandle(forWritingTo: folder.url.appending(path: "new/1.a"))
        try file.truncate(atOffset: 8 << 30)
        try file.close()
        try folder.write(
            "new/2.a", "Subject: full\n\n".utf8 + Array(repeating: 0x41, count: ReadPart.maximumLength - 15))
        let letters = try Inbox(maildir: folder.path).letters()
        #expect(Set(letters.map(\.letter.subject)) == ["huge", "full"])
        for letter in letters {
            #expect(letter.isCut == (letter.letter.subject == "huge"))
            #expect(letter.letter.bytes.count == ReadPart.maximumLength && letter.letter.root != nil)
        }
    }

    @Test("of very many letters the newest are read")
    func manyLetters() throws {
        for number in 0..<(Inbox.maximumLetters + 20) { try deliver("new/\(number)", "\(number)", at: Double(number)) }
        let letters = try Inbox(maildir: folder.path).letters()
        #expect(letters.count == Inbox.maximumLetters && letters.first?.letter.subject == "219")
    }

    @Test("letters that come and go while others are read do no harm")
    func concurrentMail() async throws {
        let folder = folder
        let inbox = try Inbox(maildir: folder.path)
        try folder.write("new/stays", "Subject: stays\n\n".utf8)
        async let mail: Void = Task.detached {
            for number in 0..<300 {
                try folder.write("new/\(number)", "Subject: \(number)\n\n".utf8)
                if number % 2 == 0 {
                    try FileManager.default.moveItem(
                        atPath: "\(folder.path)/new/\(number)", toPath: "\(folder.path)/cur/\(number):2,")
                } else {
                    try FileManager.default.removeItem(atPath: "\(folder.path)/new/\(number)")
                }
            }
        }.value
        for _ in 0..<30 { #expect(try inbox.letters().contains { $0.letter.subject == "stays" }) }
        try await mail
        #expect(try inbox.letters().count == 151)
    }

    @Test("what is no Maildir is refused in a sentence that names it")
    func noMaildir() throws {
        let missing = folder.path + "/missing"
        #expect(throws: FolderError("\(missing) cannot be read: No such file or directory")) {
            try Inbox(maildir: missing)
        }
        #expect(throws: FolderError("\(folder.path)/new is no Maildir: it has neither a folder `new` nor `cur`")) {
            try Inbox(maildir: folder.path + "/new")
        }
        let inbox = try Inbox(maildir: folder.path)
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(throws: FolderError.self) { try inbox.letters() }
    }
}
