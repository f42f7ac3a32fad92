internal import CLibcurl

/// What libcurl tells about a connection being opened or open.
extension CurlHandle {
    /// The step the opening has reached.
    func stage(implicitTLS: Bool) -> Stage {
        if passed(hf_curl_encrypted_us) {
            noteEncrypted()
            return handshake.stage
        }
        // With TLS from the start, libcurl counts itself connected only after the handshake.
        if implicitTLS, hasBegunTLS { return .tls }
        if passed(hf_curl_connected_us) { return implicitTLS ? .tls : handshake.stage }
        return passed(hf_curl_resolved_us) ? .connect : .resolve
    }

    private func passed(_ time: (UnsafeMutableRawPointer?, UnsafeMutablePointer<curl_off_t>?) -> CURLcode) -> Bool {
        var microseconds: curl_off_t = 0
        return time(easy, &microseconds) == CURLE_OK && microseconds > 0
    }

    /// The connected socket, or nil when the connection is gone.
    var socket: Int32? {
        var socket: curl_socket_t = -1
        return hf_curl_socket(easy, &socket) == CURLE_OK && socket >= 0 ? socket : nil
    }

    /// Whether the other end is on this machine.
    var isPeerLoopback: Bool {
        var address: UnsafeMutablePointer<CChar>?
        guard hf_curl_peer(easy, &address) == CURLE_OK, let address else { return false }
        return RelayURL.isLoopback(String(cString: address))
    }

    /// Version and cipher of the TLS session, or nil when the connection is not encrypted.
    ///
    /// Only answers after a first `curl_easy_recv`, which attaches the handle to its connection again.
    var tls: String? {
        var session: UnsafeMutablePointer<curl_tlssessioninfo>?
        guard hf_curl_tls(easy, &session) == CURLE_OK, let session, let ssl = session.pointee.internals else {
            return nil
        }
        guard session.pointee.backend == CURLSSLBACKEND_OPENSSL, let version = hf_openssl_version(ssl),
            let cipher = hf_openssl_cipher(ssl)
        else { return "TLS" }
        return "\(String(cString: version)) \(String(cString: cipher))"
    }
}
