internal import CLibcurl

/// The transfer that opens a session, and the dialogue that libcurl holds through it.
///
/// Owned by one thread.
struct CurlHandle: ~Copyable {
    let transfer: CurlTransfer
    private let recorder: LineRecorder

    init?(handshake: Handshake) {
        recorder = LineRecorder(handshake)
        guard let transfer = CurlTransfer(context: recorder) else { return nil }
        self.transfer = transfer
    }

    var easy: UnsafeMutableRawPointer { transfer.easy }

    /// What the relay said so far.
    var handshake: Handshake { recorder.handshake }

    /// Whether a TLS handshake has begun, so that TCP is through.
    var hasBegunTLS: Bool { recorder.hasBegunTLS }

    /// Notes for the stage that TLS is up after STARTTLS.
    func noteEncrypted() { recorder.handshake.noteEncrypted() }

    /// Sets every option of a session to this relay; returns libcurl's first refusal, 0 when all were taken.
    ///
    /// - Parameter token: what to log in with, where the relay's credentials are a token.
    func configure(for relay: Relay, token: BearerToken?, timers: Timers) -> UInt32 {
        let steps = [transportOptions(relay, timers), securityOptions(relay), credentialOptions(relay, token)]
        return steps.joined().first { $0 != CURLE_OK }?.rawValue ?? 0
    }

    private func transportOptions(_ relay: Relay, _ timers: Timers) -> [CURLcode] {
        let overall = max(1, timers.overall.milliseconds)
        // The EHLO name is the URL's path; without one libcurl sends this machine's gethostname().
        let name = relay.ehloName.utf8.map { byte in
            byte == UInt8(ascii: "[") ? "%5B" : byte == UInt8(ascii: "]") ? "%5D" : String(UnicodeScalar(byte))
        }
        return [
            hf_curl_set_no_signal(easy, 1),
            hf_curl_set_connect_only(easy, 1),
            hf_curl_set_url(easy, "\(relay)/\(name.joined())"),
            hf_curl_set_protocols(easy, relay.security == .implicitTLS ? "smtps" : "smtp"),
            // An empty string overrules ALL_PROXY and friends in the environment.
            hf_curl_set_proxy(easy, ""),
            hf_curl_set_netrc(easy, 0),
            hf_curl_set_keepalive(easy, 1),
            // Our own timers cut earlier; these only keep libcurl's defaults (300 s, 120 s) from cutting first.
            hf_curl_set_connect_timeout_ms(easy, overall),
            hf_curl_set_response_timeout_s(easy, overall / 1000 + 1),
            hf_curl_set_line_callback(easy, receiveLine, Unmanaged.passUnretained(recorder).toOpaque()),
        ]
    }

    private func securityOptions(_ relay: Relay) -> [CURLcode] {
        let context = Unmanaged.passUnretained(recorder).toOpaque()
        var codes = [
            hf_curl_set_tls_callback(easy, noteTLS, context),
            hf_curl_use_starttls(easy, relay.security == .plaintextLoopback ? 0 : 1),
            hf_curl_require_tls12(easy),
            hf_curl_set_verify_peer(easy, 1),
            hf_curl_set_verify_host(easy, 2),
        ]
        if let caFile = relay.caFile {
            // The folder is cleared too: otherwise the system's authorities would be trusted besides the file's.
            codes += [hf_curl_set_ca_file(easy, caFile), hf_curl_set_ca_folder(easy, nil)]
        }
        if let certificate = relay.clientCertificate {
            codes += [
                hf_curl_set_client_certificate(easy, certificate.certificateFile),
                hf_curl_set_client_key(easy, certificate.keyFile),
                // Without one OpenSSL would ask for the passphrase of an encrypted key at the terminal.
                hf_curl_set_client_key_password(easy, ""),
            ]
        }
        return codes
    }

    private func credentialOptions(_ relay: Relay, _ token: BearerToken?) -> [CURLcode] {
        guard let credentials = relay.credentials else { return [] }
        var codes = [
            hf_curl_set_username(easy, credentials.user),
            // Only what we hold is offered; left alone, libcurl prefers NTLM, DIGEST-MD5 and CRAM-MD5.
            hf_curl_set_login_options(easy, credentials.mechanisms.map { "AUTH=\($0)" }.joined(separator: ";")),
            hf_curl_set_sasl_initial_response(easy, 1),
        ]
        if case .password(_, let password) = credentials { codes.append(hf_curl_set_password(easy, password.text)) }
        if let token { codes.append(hf_curl_set_bearer(easy, token.text)) }
        return codes
    }
}

/// Holds the dialogue for the line callback; used on the session's thread only.
private final class LineRecorder {
    var handshake: Handshake
    var hasBegunTLS = false
    init(_ handshake: Handshake) { self.handshake = handshake }
}

/// libcurl's CURLOPT_HEADERFUNCTION: "callback that receives header data"; for SMTP, every line of the relay.
private func receiveLine(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let recorder = Unmanaged<LineRecorder>.fromOpaque(context).takeUnretainedValue()
    recorder.handshake.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

/// libcurl's CURLOPT_SSL_CTX_FUNCTION: called "just before the initialization of an SSL connection".
private func noteTLS(
    _ easy: UnsafeMutableRawPointer?, _ settings: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> CURLcode {
    guard let context else { return CURLE_ABORTED_BY_CALLBACK }
    Unmanaged<LineRecorder>.fromOpaque(context).takeUnretainedValue().hasBegunTLS = true
    return CURLE_OK
}

extension Duration {
    /// Whole milliseconds, rounded up so that a wait never ends early.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds).multipliedReportingOverflow(by: 1000).partialValue
            + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
