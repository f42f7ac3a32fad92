internal import CLibcurl

/// One libcurl easy handle in a multi handle of its own.
///
/// Owned by one thread. The multi handle is there so that our own timers can be kept to the millisecond while libcurl
/// works, and so that it can be stopped; it is never shared, so no connection is ever reused under another policy.
struct CurlTransfer: ~Copyable {
    let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private let context: AnyObject

    /// - Parameter context: what the callbacks use; libcurl holds it unretained, so it is kept as long as `easy`.
    init?(context: AnyObject) {
        guard let easy = curl_easy_init() else { return nil }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            return nil
        }
        self.easy = easy
        self.multi = multi
        self.context = context
    }

    deinit {
        withExtendedLifetime(context) {
            curl_multi_remove_handle(multi, easy)
            curl_easy_cleanup(easy)
            curl_multi_cleanup(multi)
        }
    }

    /// Hands the configured handle to libcurl; returns 0 when it may be driven with `advance`.
    func start() -> UInt32 { UInt32(bitPattern: curl_multi_add_handle(multi, easy).rawValue) }

    /// Lets libcurl do what it can without waiting; returns its result code once the transfer has ended.
    func advance() -> UInt32? {
        var running: Int32 = 0
        let code = curl_multi_perform(multi, &running)
        guard code == CURLM_OK else { return CURLE_FAILED_INIT.rawValue }
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            if message.pointee.msg == CURLMSG_DONE { return message.pointee.data.result.rawValue }
        }
        return nil
    }

    /// Waits until libcurl can go on, at most this long.
    func wait(atMost limit: Duration) {
        curl_multi_poll(multi, nil, 0, Int32(clamping: max(1, limit.milliseconds)), nil)
    }
}
