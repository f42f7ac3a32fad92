/// One file of the gallery, served or exported.
package struct Page: Sendable, Equatable {
    /// Its media type, such as `text/html; charset=utf-8`.
    package let type: String
    /// Its content.
    package let bytes: [UInt8]

    /// A file of these bytes.
    package init(type: String, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}
