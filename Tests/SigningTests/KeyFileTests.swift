import Foundation
import Signing
import Testing

@Suite("Key files") struct KeyFileTests {
    @Test("a written key is private to its owner and reads back")
    func writeAndRead() throws {
        try withTemporaryFolder { folder in
            let (path, key) = ("\(folder)/links.pem", try PrivateKey.generate())
            try key.write(toFile: path)
            #expect(mode(of: path) == 0o600)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == key.pem())
            #expect(try PrivateKey(contentsOfFile: path).publicKey == key.publicKey)
        }
    }

    @Test("a key is never written over a file, and the file stays as it was")
    func exclusive() throws {
        try withTemporaryFolder { folder in
            let (path, first) = ("\(folder)/links.pem", try PrivateKey.generate())
            try first.write(toFile: path)
            #expect(signingErrorCode { try PrivateKey.generate().write(toFile: path) } == .keyFileExists)
            #expect(try PrivateKey(contentsOfFile: path).publicKey == first.publicKey)
            symlink("\(folder)/elsewhere", "\(folder)/dangling")
            #expect(signingErrorCode { try first.write(toFile: "\(folder)/dangling") } == .keyFileExists)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/elsewhere"))
        }
    }

    @Test("a folder that is not there is named")
    func missingFolder() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/missing/links.pem"
            let error = #expect(throws: SigningError.self) { try PrivateKey.generate().write(toFile: path) }
            #expect(error?.code == .unwritableKeyFile)
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test(
        "a file that others may use is refused with the command that mends it",
        arguments: [
            0o640, 0o620, 0o610, 0o604, 0o602, 0o644, 0o666, 0o777,
        ] as [mode_t])
    func exposed(mode: mode_t) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/links.pem"
            try PrivateKey.generate().write(toFile: path)
            chmod(path, mode)
            let error = #expect(throws: SigningError.self) { try PrivateKey(contentsOfFile: path) }
            #expect(error?.code == .exposedKeyFile)
            #expect(error?.description.contains("chmod 600 \(path)") == true)
            chmod(path, 0o400)
            #expect(throws: Never.self) { try PrivateKey(contentsOfFile: path) }
        }
    }

    @Test("a symbolic link counts as the file it leads to")
    func symbolicLink() throws {
        try withTemporaryFolder { folder in
            let (path, link) = ("\(folder)/links.pem", "\(folder)/current")
            let key = try PrivateKey.generate()
            try key.write(toFile: path)
            symlink(path, link)
            #expect(try PrivateKey(contentsOfFile: link).publicKey == key.publicKey)
            chmod(path, 0o644)
            #expect(signingErrorCode { _ = try PrivateKey(contentsOfFile: link) } == .exposedKeyFile)
        }
    }

    @Test("what is no regular file is refused at once, also a pipe that nobody writes to")
    func notRegular() throws {
        try withTemporaryFolder { folder in
            let pipe = "\(folder)/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(signingErrorCode { _ = try PrivateKey(contentsOfFile: pipe) } == .notARegularFile)
            #expect(signingErrorCode { _ = try PrivateKey(contentsOfFile: folder) } == .notARegularFile)
        }
    }

    @Test("a missing, an empty, a foreign and a huge file each say what is wrong")
    func unusable() throws {
        try withTemporaryFolder { folder in
            #expect(signingErrorCode { _ = try PrivateKey(contentsOfFile: "\(folder)/none") } == .unreadableKeyFile)
            let padding = String(repeating: "x", count: 20_000)
            for contents in ["", "not a key", try PrivateKey.generate().pem() + padding] {
                let path = "\(folder)/\(contents.count)"
                try contents.write(toFile: path, atomically: false, encoding: .utf8)
                chmod(path, 0o600)
                let error = #expect(throws: SigningError.self) { try PrivateKey(contentsOfFile: path) }
                #expect(error?.code == .malformedKey)
                #expect(error?.description.contains(path) == true)
                #expect(error?.description.contains("not a key") == false)
            }
        }
    }

    private func mode(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }
}
