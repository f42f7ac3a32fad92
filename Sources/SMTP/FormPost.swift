internal import CLibcurl

/// One POST of a form over HTTPS by libcurl: bounded in time and size, redirects refused.
enum FormPost {
    /// How long all of it may take.
    static let limit = Duration.seconds(20)
    /// The most that is read of an answer, in bytes.
    static let longestAnswer = 65_536

    /// Sends the form and returns status and body of the answer; blocks the calling thread until then.
    ///
    /// - Parameter isWanted: Asked at least twice a second; after a no it throws `abandoned`.
    static func send(
        _ form: [(name: String, value: String)], to url: TokenURL, caFile: String?, isWanted: () -> Bool
    ) throws(TokenFailure) -> (status: Int, body: [UInt8]) {
        let answer = AnswerBuffer()
        guard ensureLibcurl() == 0, let transfer = CurlTransfer(context: answer) else {
            throw .unreachable(curl: CURLE_FAILED_INIT.rawValue)
        }
        let codes =
            options(transfer.easy, encoded(form), url, caFile) + [
                hf_curl_set_body_callback(transfer.easy, receiveBody, Unmanaged.passUnretained(answer).toOpaque())
            ]
        if let refused = codes.first(where: { $0 != CURLE_OK }) { throw .unreachable(curl: refused.rawValue) }
        let started = transfer.start()
        guard started == 0 else { throw .unreachable(curl: started) }
        try finish(transfer, isWanted)
        var status = 0
        hf_curl_status(transfer.easy, &status)
        return (status, answer.bytes)
    }

    /// The form as `application/x-www-form-urlencoded` (RFC 6749, Appendix B).
    static func encoded(_ form: [(name: String, value: String)]) -> String {
        form.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                result.append(character)
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    private static func options(
        _ easy: UnsafeMutableRawPointer, _ form: String, _ url: TokenURL, _ caFile: String?
    ) -> [CURLcode] {
        var codes = [
            hf_curl_set_no_signal(easy, 1),
            hf_curl_set_url(easy, url.text),
            hf_curl_set_protocols(easy, url.isEncrypted ? "https" : "http"),
            // An empty string overrules the proxies of the environment, which plain http would tell the secret.
            hf_curl_set_proxy(easy, ""),
            hf_curl_set_netrc(easy, 0),
            hf_curl_set_follow_redirects(easy, 0),
            hf_curl_require_tls12(easy),
            hf_curl_set_verify_peer(easy, 1),
            hf_curl_set_verify_host(easy, 2),
            hf_curl_set_form(easy, form),
        ]
        if let caFile { codes += [hf_curl_set_ca_file(easy, caFile), hf_curl_set_ca_folder(easy, nil)] }
        return codes
    }

    private static func finish(_ transfer: borrowing CurlTransfer, _ isWanted: () -> Bool) throws(TokenFailure) {
        let deadline = ContinuousClock.now + limit
        while true {
            if let code = transfer.advance() {
                if code == CURLE_OK.rawValue { return }
                throw failure(code)
            }
            let left = deadline - .now
            guard left > .zero else { throw .timedOut }
            guard isWanted() else { throw .abandoned }
            transfer.wait(atMost: min(left, .milliseconds(500)))
        }
    }

    private static func failure(_ code: UInt32) -> TokenFailure {
        switch CURLcode(rawValue: code) {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: .certificateRejected
        case CURLE_SSL_CACERT_BADFILE: .caFileUnusable
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        // Our callback refuses what is too long.
        case CURLE_WRITE_ERROR: .malformedAnswer
        default: .unreachable(curl: code)
        }
    }
}

/// Holds the answer for the body callback; used on the caller's thread only.
private final class AnswerBuffer {
    var bytes: [UInt8] = []
}

/// libcurl's CURLOPT_WRITEFUNCTION: returning less than it was given ends the transfer.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let answer = Unmanaged<AnswerBuffer>.fromOpaque(context).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    guard answer.bytes.count + piece.count <= FormPost.longestAnswer else { return 0 }
    answer.bytes.append(contentsOf: piece)
    return piece.count
}
