package import Foundation

/// A certificate authority made for one test with the `openssl` command; its files go when the object does.
package final class CertificateAuthority {
    /// A server certificate and its key, as paths of PEM files.
    package struct Leaf: Sendable {
        package let certificate: String
        package let key: String
    }

    /// The path of the authority's own certificate.
    package var file: String { folder.appendingPathComponent("ca.pem").path }
    /// The folder that holds all its files.
    package let folder: URL

    /// Makes a new authority.
    package init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("holdfast-ca-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try openssl(
            Self.request(days: 100) + ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Holdfast test authority"])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Issues a server certificate for names such as `DNS:localhost,IP:127.0.0.1`.
    package func issue(for names: String, days: Int = 2) throws -> Leaf {
        let name = UUID().uuidString
        try openssl(
            Self.request(days: days) + [
                "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "\(name).key", "-out", "\(name).pem",
                "-subj", "/CN=Holdfast test server", "-addext", "subjectAltName=\(names)",
                "-addext", "basicConstraints=critical,CA:FALSE",
            ])
        return Leaf(
            certificate: folder.appendingPathComponent("\(name).pem").path,
            key: folder.appendingPathComponent("\(name).key").path)
    }

    /// Issues a server certificate that has expired the moment it is there.
    package func issueExpired(for names: String) throws -> Leaf {
        let leaf = try issue(for: names)
        // Only x509(1) takes no day at all, from a request.
        try openssl([
            "req", "-new", "-key", leaf.key, "-subj", "/CN=Holdfast test server", "-addext", "subjectAltName=\(names)",
            "-out", "expired.csr",
        ])
        try openssl([
            "x509", "-req", "-in", "expired.csr", "-copy_extensions", "copyall", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "0", "-out", leaf.certificate,
        ])
        return leaf
    }

    private static func request(days: Int) -> [String] {
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)",
        ]
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Another libcurl under test brings another OpenSSL, which is not for this command.
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "LD_LIBRARY_PATH" }
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        try? complaints.fileHandleForWriting.close()
        let said = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SMTPServer.Unavailable(description: "openssl failed: \(String(decoding: said, as: UTF8.self))")
        }
    }
}
