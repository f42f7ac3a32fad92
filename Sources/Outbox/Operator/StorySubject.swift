package import FoundationEssentials
import Postgres

/// Something letters are about, and how it stands.
package struct StorySubject: Sendable, Equatable {
    /// A subject, and whose letters about it are meant.
    struct Name: Sendable, Hashable {
        let kind: String
        let id: UUID
        /// Nil is everybody's.
        let audience: String?
        /// What their letters have among their arguments, as JSON; `{}` is nothing in particular.
        let arguments: String
        /// There are older ones of its sort, which are not named.
        var hasOlder = false

        /// What letters are about that go to an address or belong to an id.
        static func all(of address: String?, _ id: UUID?, _ connection: Connection) async throws -> [Name] {
            let rows = try await connection.query(
                Statement(
                    "subjects_of", SQL.subjectsOf,
                    [.optional(address, Parameter.text), .optional(id, Parameter.uuid)]))
            return try rows.map {
                Name(
                    kind: try $0.decode("subject_kind"), id: try $0.decode("subject_id"),
                    audience: try $0.decodeIfPresent("audience"), arguments: try $0.decode("args"),
                    hasOlder: try $0.decode("has_older"))
            }
        }
    }

    /// The sort of subject: `reservation`, `series`, `signup_task`, `client`, `provider`, `invitation`,
    /// `message_thread`, `address_change`.
    package let kind: String
    /// The subject.
    package let id: UUID
    /// Its generation now; nil when it is gone.
    package let generation: Int?
    /// How it stands, in the database's own word; nil when it is gone or has no state.
    package let state: String?
    /// Letters about it may still come to be owed.
    package let isOpen: Bool
    /// Where letters about it go now, by who reads them.
    package let readers: [Reader]

    /// Somebody who gets letters about a subject.
    package struct Reader: Sendable, Equatable {
        /// `invitee`, `client` or `provider`.
        package let audience: String
        /// Their address.
        package let address: MaskedAddress
    }

    init(_ row: Row) throws {
        kind = try row.decode("subject_kind")
        id = try row.decode("subject_id")
        generation = try row.decodeIfPresent("gen")
        state = try row.decodeIfPresent("state")
        isOpen = try row.decode("is_open")
        readers = try zip(
            row.decode("audiences", as: [String].self), row.decode("addresses", as: [String].self)
        ).map { Reader(audience: $0, address: MaskedAddress($1)) }
    }
}

extension [StorySubject.Name] {
    /// Kinds, ids, audiences and arguments, as statements take them.
    var columns: [Parameter] {
        [
            .textArray(map(\.kind)), .uuidArray(map(\.id)), .textArray(map(\.audience)),
            .textArray(map(\.arguments)),
        ]
    }
}
