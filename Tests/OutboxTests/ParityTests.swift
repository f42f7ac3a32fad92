import BookingLinks
import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("The lists of kinds agree")
struct ParityTests {
    @Test("every kind of the program is a row of the database with the same links, and no row is without one")
    func programAndDatabase() async throws {
        try await withHouse { house in
            let rows = try await house.connection.query("SELECT name, links FROM holdfast.kind")
            let stored = Dictionary(
                uniqueKeysWithValues: try rows.map {
                    (try $0.decode("name", as: String.self), try $0.decode("links", as: [String].self))
                })
            let declared = Dictionary(uniqueKeysWithValues: Kind.all.map { ($0.name, $0.links.map(\.rawValue)) })
            #expect(stored == declared)
        }
    }

    @Test("every kind has an English template", arguments: Kind.all.map(\.name))
    func templates(kind: String) {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appendingPathComponent("Templates/\(kind)/en.mustache")
        #expect(FileManager.default.fileExists(atPath: file.path), "there is no Templates/\(kind)/en.mustache")
    }
}
