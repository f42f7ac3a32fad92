import BookingLinks
import Outbox
import Signing

extension KeyRing {
    /// The keys as the database has them.
    init(_ keys: SigningKeys) async throws {
        try self.init(
            await keys.all().map { row in
                guard let state = State(rawValue: row.state) else {
                    throw CommandFailure(.internalError, "key \(row.keyID) has a state this program does not know")
                }
                return Entry(
                    keyID: try KeyID(row.keyID), publicKey: try PublicKey(rawBytes: row.publicKey), state: state,
                    notAfter: row.verifyUntil)
            })
    }
}
