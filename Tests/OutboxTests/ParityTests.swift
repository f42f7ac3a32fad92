import BookingLinks
import Foundation
import Notifications
import Outbox
import Postgres
import Rendering
import Testing

/// Each of these fails when a part of a kind is missing; `CONTRIBUTING.md` lists the parts.
@Suite("The parts of a kind agree")
struct ParityTests {
    /// What `holdfast.kind` says of one kind.
    private struct Stored {
        let links: Set<String>
        let isOptional: Bool
        let audience: String
        let tells: Bool
        let capped: Bool

        init(_ row: Row) throws {
            links = Set(try row.decode("links", as: [String].self))
            isOptional = try row.decode("class", as: String.self) != "required"
            audience = try row.decode("audience")
            tells = try row.decode("tells")
            capped = try row.decode("capped")
        }
    }

    @Test("every kind of the program is a row of the database, and no row is without one")
    func names() async throws {
        #expect(Set(try await stored().keys) == Set(Kind.all.map(\.name)))
        #expect(Set(Kind.all.map(\.name)).count == Kind.all.count)
    }

    @Test("links and the reader's way out are the same in both")
    func links() async throws {
        let stored = try await stored()
        for kind in Kind.all {
            let row = try #require(stored[kind.name])
            #expect(row.links == Set((kind.links + kind.optionalLinks).map(\.rawValue)), "\(kind.name)")
            #expect(row.isOptional == kind.isOptional, "\(kind.name)")
            // Whoever may end a letter is given the link for it.
            #expect(kind.links.contains(.pref) == kind.isOptional, "\(kind.name)")
        }
    }

    @Test("a letter's words are for the reader it goes to")
    func audiences() async throws {
        let stored = try await stored()
        for kind in Kind.all {
            let names = kind.templateNames.names
            let row = try #require(stored[kind.name])
            switch row.audience {
            case "provider":
                #expect(names.contains("visitor.first_name") && !names.contains("client.name"), "\(kind.name)")
            default: #expect(names.contains("client.name") || names.contains("reader.name"), "\(kind.name)")
            }
        }
    }

    @Test("what a kind tells and what counts against a cap is known to the database")
    func marks() async throws {
        let stored = try await stored()
        let tells = stored.filter(\.value.tells).keys
        #expect(
            Set(tells) == [
                "reservation.confirm", "appointment.confirmed", "appointment.changed", "appointment.cancelled",
                "appointment.series",
                "provider.appointment", "provider.cancelled", "provider.invite",
            ])
        for (name, row) in stored {
            #expect(row.capped == (name.hasPrefix("reservation.") || name == "provider.invite"), "\(name)")
        }
    }

    @Test("every kind has a template in each language that is complete", arguments: Kind.all.map(\.name))
    func templates(kind: String) {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        for locale in ["en", "es"] {
            let file = root.appendingPathComponent("Templates/\(kind)/\(locale).mustache")
            #expect(
                FileManager.default.fileExists(atPath: file.path), "there is no Templates/\(kind)/\(locale).mustache")
        }
    }

    private func stored() async throws -> [String: Stored] {
        var stored: [String: Stored] = [:]
        try await withHouse { house in
            for row in try await house.connection.query("SELECT * FROM holdfast.kind") {
                stored[try row.decode("name")] = try Stored(row)
            }
        }
        return stored
    }
}
