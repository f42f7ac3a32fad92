internal import Glibc

/// A certificate to show to a relay that asks for one, and its private key, as PEM files.
package struct ClientCertificate: Sendable {
    let certificateFile: String
    let keyFile: String

    /// Checks that both can be read, and the key by its owner alone; libcurl reads them at every login.
    ///
    /// - Parameter settingPrefix: How this relay's settings begin, so that a refusal names the right one.
    /// - Throws: The first thing found wrong.
    package init(
        certificateFile: String, keyFile: String, settingPrefix: String = "HOLDFAST_SMTP"
    ) throws(RelaySettingsError) {
        func refusal(_ code: RelaySettingsError.Code) -> RelaySettingsError {
            RelaySettingsError(code: code, prefix: settingPrefix)
        }
        guard RelayFile.isReadable(certificateFile) else { throw refusal(.clientCertificate) }
        guard RelayFile.isReadable(keyFile) else { throw refusal(.clientKey) }
        guard RelayFile.isPrivate(keyFile) else { throw refusal(.clientKeyExposed) }
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}

/// Looks at files that settings name, before libcurl does.
enum RelayFile {
    static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Whether group and others may not read or write it.
    static func isPrivate(_ path: String) -> Bool {
        var status = Glibc.stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 == 0
    }
}
