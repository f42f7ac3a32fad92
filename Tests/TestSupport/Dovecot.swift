import Foundation

/// Dovecot's authentication service, which a scripted relay asks who may log in; it ends with this object.
///
/// It knows one user with a password, and the tokens of a token server.
package final class Dovecot {
    /// The Unix socket of the service.
    package let socket: String
    private let script: RunningScript

    /// Starts one; `TEST_DOVECOT` must name the folder that Debian's dovecot-core was unpacked into.
    package init(user: String, password: String, tokens: TokenServer) async throws {
        guard let folder = ProcessInfo.processInfo.environment["TEST_DOVECOT"] else {
            throw TestSupportError(
                "TEST_DOVECOT is not set: unpack Debian's dovecot-core with dpkg -x into a folder `root`, and name "
                    + "the folder that holds it, as deploy/test does.")
        }
        script = try await RunningScript(
            "dovecot_auth.py",
            ["dovecot": folder, "user": user, "password": password, "introspection": tokens.introspection])
        socket = try script.next("listening").socket ?? ""
    }
}
