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

    /// Asks libcurl to keep what the relay's certificates say; returns its refusal, 0 when it will.
    func keepCertificates() -> UInt32 { hf_curl_set_certificate_info(easy, 1).rawValue }

    /// What the relay's certificate says; nil when that was not kept, and without TLS.
    var certificate: PeerCertificate? {
        var info: UnsafeMutablePointer<curl_certinfo>?
        guard hf_curl_certificates(easy, &info) == CURLE_OK, let info, info.pointee.num_of_certs > 0,
            let lists = info.pointee.certinfo
        else { return nil }
        return PeerCertificate(
            chain: (0..<Int(info.pointee.num_of_certs)).map { number in
                sequence(first: lists[number], next: { $0?.pointee.next }).compactMap { node in
                    node.flatMap { $0.pointee.data }.map { String(cString: $0) }
                }
            })
    }

    /// Whether TLS refused a certificate because of its dates: X509_V_ERR_CERT_NOT_YET_VALID or
    /// X509_V_ERR_CERT_HAS_EXPIRED (X509_STORE_CTX_get_error(3)).
    var hasExpired: Bool {
        var result = 0
        return hf_curl_verify_result(easy, &result) == CURLE_OK && (result == 9 || result == 10)
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
