import Foundation
import TestSupport
import Testing

/// What the doctor says of this host: keys, templates, the journal's folder.
@Suite struct DoctorHostTests {
    @Test(
        "The key: a file that others may read, that is missing or another's fails, and so does a database without one")
    func key() async throws {
        try await withInstallation { site in
            let file = try #require(site.settings["HOLDFAST_LINK_KEY_FILE"])
            try await site.doctor().expect("signing key", "ok", "key test-1 is active")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            try await site.doctor().expect("key file", "fail", "chmod 600 \(file)", "HOLDFAST_LINK_KEY_FILE")
            try await site.doctor(["HOLDFAST_LINK_KEY_FILE": "/nowhere/link.key"]).expect(
                "key file", "fail", "cannot be read")

            let next = site.folder.appendingPathComponent("next.key").path
            try await site.must(["links", "keys", "new", "--kid", "test-2", "--out", next])
            try await site.doctor(["HOLDFAST_LINK_KEY_FILE": next])
                .expect("signing key", "fail", "active key test-1", "holdfast links keys activate test-2")
            try await site.sql("DELETE FROM holdfast.signing_key WHERE kid = 'test-2'")
            try await site.doctor(["HOLDFAST_LINK_KEY_FILE": next])
                .expect("signing key", "fail", "not the private half", "HOLDFAST_LINK_KEY_FILE")
            try await site.sql("UPDATE holdfast.signing_key SET state = 'revoked'")
            try await site.doctor().expect("signing key", "fail", "no key signs links yet", "holdfast links keys new")
        }
    }

    @Test("Templates that cannot be used fail, with the place of every mistake")
    func templates() async throws {
        try await withInstallation(ready: false) { site in
            let folder = site.folder.appendingPathComponent("Templates")
            try FileManager.default.copyItem(
                at: TestInstallation.repository.appendingPathComponent("Templates"), to: folder)
            try Data("Hello {{client.nickname}}".utf8).write(
                to: folder.appendingPathComponent("reservation.confirm/en.mustache"))
            try await site.doctor(["HOLDFAST_TEMPLATES": folder.path])
                .expect("templates", "fail", "reservation.confirm/en.mustache:1:", "HOLDFAST_TEMPLATES")
            try await site.doctor(["HOLDFAST_TEMPLATES": "/nowhere"]).expect("templates", "fail", "/nowhere")
        }
    }

    @Test("Templates that make letters which must not leave fail, with what is wrong and where")
    func letters() async throws {
        try await withInstallation(ready: false) { site in
            let copy = try TemplateCopy()
            try copy.change("task.digest/en.mustache", "{{$preheader}}", to: "{{$preheader}}therapy: ")
            try await site.doctor(["HOLDFAST_TEMPLATES": copy.folder.path]).expect(
                "templates", "fail", "task.digest/en/ordinary: ", "therapy", "holdfast templates check")
        }
    }

    @Test("The journal's folder: none, one that others may read, no folder, and one that cannot be made")
    func journal() async throws {
        try await withInstallation(ready: false) { site in
            try await site.doctor().expect("journal", "warn", "none", "HOLDFAST_JOURNAL")
            let path = try site.makeJournal()
            try await site.doctor().expect("journal", "ok", "\(path) can be written")
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [], "the doctor leaves it as it is")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            try await site.doctor().expect("journal", "warn", "chmod 700 \(path)")
            try await site.doctor(["HOLDFAST_JOURNAL": "\(path)/new"]).expect("journal", "ok", "a worker makes it")
            try await site.doctor(["HOLDFAST_JOURNAL": "\(path)/new/er"]).expect("journal", "fail", "cannot be made")
            try await site.doctor(["HOLDFAST_JOURNAL": "/dev/null"]).expect("journal", "fail", "is no folder")
            try await site.doctor(["HOLDFAST_JOURNAL": nil, "STATE_DIRECTORY": path])
                .expect("journal", "ok", "\(path)/journal is not there yet")
        }
    }

    @Test("A journal's folder that is somebody else's is told by the owner's name", .enabled(if: getuid() == 0))
    func owner() async throws {
        try await withInstallation(ready: false) { site in
            let path = try site.makeJournal()
            chown(path, try #require(getpwnam("nobody")).pointee.pw_uid, 0)
            try await site.doctor().expect("journal", "warn", "belongs to nobody, not to root")
        }
    }
}
