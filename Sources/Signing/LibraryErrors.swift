import CLibcrypto

/// libcrypto's error queue, which belongs to the calling thread (ERR_get_error(3)).
enum LibraryErrors {
    /// Runs one C call on an empty queue, so that what is found after a failure belongs to that call.
    static func cleared<Result>(_ call: () -> Result) -> Result {
        ERR_clear_error()
        return call()
    }

    /// Takes everything out of the queue, oldest first.
    ///
    /// The "data" strings of the entries are left behind: they may quote what was being parsed.
    static func drain() -> [String] {
        var errors: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { return errors }
            errors.append(text(of: code))
        }
    }

    /// An error of the given code that carries the drained queue.
    static func failure(_ code: SigningError.Code, _ context: String) -> SigningError {
        SigningError(code, context, libraryErrors: drain())
    }

    private static func text(of code: UInt) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            ERR_error_string_n(code, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}
