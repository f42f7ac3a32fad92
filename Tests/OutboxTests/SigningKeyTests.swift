import Foundation
import Outbox
import Postgres
import Testing

@Suite("Signing keys")
struct SigningKeyTests {
    @Test("a new key is published as next, and signs only once it is activated")
    func newKeyIsNext() async throws {
        try await withHouse { house in
            try await house.keys.add("2027-06a", publicKey: Array(0..<32), operator: "ada")
            #expect(try await states(house) == ["2027-03a": "active", "2027-06a": "next"])
            #expect(try await house.keys.all().last?.publicKey == Array(0..<32))
            #expect(try await house.keys.activate("2027-06a", operator: "ada"))
            #expect(try await states(house) == ["2027-03a": "retired", "2027-06a": "active"])
            let audit = try await house.lines(
                "SELECT action, target FROM holdfast.audit WHERE operator = 'ada' ORDER BY action")
            #expect(audit == [#"("links keys activate",2027-06a)"#, #"("links keys new",2027-06a)"#])
        }
    }

    @Test("a key id that is taken is refused, and nothing is recorded")
    func keyIDIsUnique() async throws {
        try await withHouse { (house: House) async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await house.keys.add(House.keyID, publicKey: Array(0..<32), operator: "ada")
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(try await house.count("holdfast.audit WHERE operator = 'ada'") == 0)
        }
    }

    @Test("activating the active key again changes nothing")
    func activatingAgainChangesNothing() async throws {
        try await withHouse { house in
            let before = try await house.keys.all()
            #expect(try await house.keys.activate(House.keyID, operator: "ada"))
            #expect(try await house.keys.all() == before)
        }
    }

    @Test(
        "a key that is unknown or retired is not activated, and the active one stays",
        arguments: ["no-such-key", "2027-03a"])
    func onlyNextKeysAreActivated(keyID: String) async throws {
        try await withHouse { house in
            try await house.keys.add("2027-06a", publicKey: Array(0..<32), operator: "ada")
            #expect(try await house.keys.activate("2027-06a", operator: "ada"))
            #expect(try await !house.keys.activate(keyID, operator: "ada"))
            #expect(try await states(house)["2027-06a"] == "active")
        }
    }

    @Test("of two activations at once both take effect one after the other, and exactly one key is active")
    func activationsTakeTurns() async throws {
        try await withHouse { house in
            try await house.withConnection { other in
                for round in 1...6 {
                    try await house.keys.add("a-\(round)", publicKey: Array(0..<32), operator: "ada")
                    try await house.keys.add("b-\(round)", publicKey: Array(0..<32), operator: "ada")
                    async let one = house.keys.activate("a-\(round)", operator: "ada")
                    async let two = SigningKeys(other).activate("b-\(round)", operator: "bob")
                    let (first, second) = try await (one, two)
                    #expect(first && second)
                    let now = try await states(house)
                    #expect(now.values.count { $0 == "active" } == 1)
                    #expect(Set([now["a-\(round)"], now["b-\(round)"]]) == ["active", "retired"])
                }
            }
        }
    }

    @Test("a key that signed nothing retires in a quarter of an hour, another when its last link has expired")
    func retiredKeysVerifyTheirLinks() async throws {
        try await withHouse { house in
            try await house.reserve(["starts_at": "'2027-03-02 18:00:00+00'"])
            let last = try await house.reserve(["starts_at": "'2027-03-03 18:00:00+00'"])
            _ = try await house.claim()
            for keyID in ["2027-06a", "2027-09a"] {
                try await house.keys.add(keyID, publicKey: Array(0..<32), operator: "ada")
                #expect(try await house.keys.activate(keyID, operator: "ada"))
            }
            let until = Dictionary(uniqueKeysWithValues: try await house.keys.all().map { ($0.keyID, $0.verifyUntil) })
            let deadline = try await house.connection.query(
                "SELECT hold_expires_at FROM booking.reservation WHERE id = $1", [.uuid(last)]
            ).first?.decode("hold_expires_at", as: Date.self)
            #expect(until["2027-03a"] == deadline && deadline != nil)
            #expect(until["2027-06a"] == ISO8601DateFormatter().date(from: "2027-03-01T17:15:00Z"))
        }
    }

    @Test("a claim that meets an activation signs with the new key, or the old one verifies its link to the end")
    func activationWaitsForNoClaim() async throws {
        try await withHouse { house in
            try await house.keys.add("2027-06a", publicKey: Array(0..<32), operator: "ada")
            try await house.reserve()
            try await house.withConnection { auditor in
                // The activation has changed the keys and is held up just before its commit.
                try await auditor.execute("BEGIN; LOCK TABLE holdfast.audit IN ACCESS EXCLUSIVE MODE")
                async let activated = lendConnection(to: house.url) {
                    try await SigningKeys($0).activate("2027-06a", operator: "ada")
                }
                try await auditor.awaitLockWaiters(1)
                async let claims = house.claim()
                try await auditor.awaitLockWaiters(2)
                try await auditor.execute("COMMIT")
                #expect(try await activated)
                #expect(try await claims.count == 1)
            }
            let early = try await house.count(
                """
                holdfast.link l JOIN holdfast.signing_key k ON k.kid = l.kid WHERE k.state = 'retired' AND
                l.expires_at > k.verify_until
                """
            )
            #expect(early == 0, "a link outlives the key that verifies it")
            #expect(try await house.count("holdfast.link") == 1)
        }
    }

    private func states(_ house: House) async throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try await house.keys.all().map { ($0.keyID, $0.state) })
    }
}
