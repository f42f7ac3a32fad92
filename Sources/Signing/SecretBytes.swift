import CLibcrypto

/// A buffer for key material that is wiped when its owner lets go of it.
struct SecretBytes: ~Copyable {
    private let buffer: UnsafeMutableRawBufferPointer

    /// Allocates `count` zeroed bytes.
    init(count: Int) {
        buffer = .allocate(byteCount: count, alignment: 1)
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// Hands out the memory to read or to fill; valid inside `body` only.
    borrowing func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        body(buffer)
    }

    deinit {
        // A plain memset before a free may be optimised away (OPENSSL_cleanse(3)).
        OPENSSL_cleanse(buffer.baseAddress, buffer.count)
        buffer.deallocate()
    }
}
