package import FoundationEssentials
package import Postgres

/// A row of `holdfast.signing_key`: the public half of a key and what it is for now.
package struct SigningKeyRow: Sendable, Equatable {
    /// The key's id, in every token's footer.
    package let keyID: String
    /// The 32 bytes that verify.
    package let publicKey: [UInt8]
    /// `next`, `active`, `retired` or `revoked`.
    package let state: String
    /// A retired key's last day.
    package let verifyUntil: Date?
}

/// The public halves of the signing keys.
///
/// The private ones are files, never rows.
package struct SigningKeys: Sendable {
    let connection: Connection

    /// The keys as this connection reaches them.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Every key, oldest first.
    package func all() async throws -> [SigningKeyRow] {
        try await connection.query(Statement("signing_keys", SQL.signingKeys)).map { row in
            SigningKeyRow(
                keyID: try row.decode("kid"), publicKey: try row.decode("public_key"), state: try row.decode("state"),
                verifyUntil: try row.decodeIfPresent("verify_until"))
        }
    }

    /// Publishes a new key as `next`; verifiers learn it before anything is signed with it.
    package func add(_ keyID: String, publicKey: [UInt8], operator name: String) async throws {
        _ = try await connection.pipeline([
            Statement("add_signing_key", SQL.addSigningKey, [.text(keyID), .bytea(publicKey)]),
            Statement.audit(operator: name, action: "links keys new", target: keyID, reason: nil),
        ])
    }

    /// Lets a key take over; the one before it verifies until its last link has expired.
    ///
    /// False when there is no such `next` key.
    package func activate(_ keyID: String, operator name: String) async throws -> Bool {
        try await connection.withTransaction { transaction in
            // The keys are taken in one order, whoever activates, so that two operators cannot leave none active.
            _ = try await transaction.query("SELECT kid FROM holdfast.signing_key ORDER BY kid FOR UPDATE")
            let known = try await transaction.query(
                "SELECT 1 AS found FROM holdfast.signing_key WHERE kid = $1::text AND state IN ('next', 'active')",
                [.text(keyID)])
            guard !known.isEmpty else { return false }
            _ = try await transaction.pipeline([
                Statement("retire_signing_key", SQL.retireSigningKey, [.text(keyID)]),
                Statement("activate_signing_key", SQL.activateSigningKey, [.text(keyID)]),
                Statement.audit(operator: name, action: "links keys activate", target: keyID, reason: nil),
            ])
            return true
        }
    }
}
