import Foundation
import Signing
import Testing

/// The bytes of a hexadecimal text; the tests' own texts are the only ones there are.
func hex(_ text: String) -> [UInt8] {
    let digits = Array(text)
    return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
}

func ascii(_ text: String) -> [UInt8] {
    Array(text.utf8)
}

/// A folder of its own for the duration of `body`.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("signing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}

/// The code of the `SigningError` that `body` throws; records an issue when it throws none.
func signingErrorCode(_ body: () throws -> Void) -> SigningError.Code? {
    #expect(throws: SigningError.self) { try body() }?.code
}
