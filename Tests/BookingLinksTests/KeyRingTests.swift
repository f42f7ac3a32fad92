import BookingLinks
import Foundation
import Signing
import Testing

@Suite("Published keys") struct KeyRingTests {
    static let paserk = "k4.public.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static let entry = #"{"kid":"a","paserk":"\#(paserk)","state":"next"}"#

    @Test("the published form goes both ways and is always the same bytes")
    func roundTrip() throws {
        let json = """
            {"keys":[{"kid":"2026-01a","not_after":"2026-03-04T17:00:00Z","paserk":"\(Self.paserk)","state":"retired"},\
            {"kid":"2026-03a","not_after":null,"paserk":"\(Self.paserk)","state":"active"}]}
            """
        let key = try PublicKey(paserk: Self.paserk)
        let end = Date(timeIntervalSince1970: 1_772_643_600)
        let ring = try KeyRing([
            KeyRing.Entry(keyID: KeyID("2026-03a"), publicKey: key),
            KeyRing.Entry(keyID: KeyID("2026-01a"), publicKey: key, state: .retired, notAfter: end),
        ])
        #expect(try String(decoding: ring.json(), as: UTF8.self) == json)
        #expect(try KeyRing(json: Array(json.utf8)) == ring)
        #expect(ring.entries.map(\.keyID.description) == ["2026-01a", "2026-03a"])
    }

    @Test("an absent end and members of a later version are no obstacle")
    func lenient() throws {
        let json = #"{"version":2,"keys":[{"kid":"a","paserk":"\#(Self.paserk)","state":"next","note":"x"}]}"#
        let ring = try KeyRing(json: Array(json.utf8))
        #expect(ring.entries.first?.state == .next)
        #expect(try ring.publicKey(for: KeyID("a"), at: .distantFuture) != nil)
        #expect(try ring.publicKey(for: KeyID("b"), at: .distantFuture) == nil)
        #expect(try KeyRing(json: Array(#"{"keys":[]}"#.utf8)).entries.isEmpty)
    }

    @Test(
        "what is only half understood is refused",
        arguments: [
            "", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[{"kid":"a","paserk":"\#(paserk)"}]}"#,
            #"{"keys":[{"kid":"a","paserk":"\#(paserk)","state":"unheard-of"}]}"#,
            #"{"keys":[{"kid":"a","paserk":"k4.public.AAA","state":"active"}]}"#,
            #"{"keys":[{"kid":"a","paserk":"\#(paserk)","state":"active","not_after":"tomorrow"}]}"#,
            #"{"keys":[\#(entry),\#(entry)]}"#,
        ])
    func refused(json: String) {
        #expect(linkErrorCode { _ = try KeyRing(json: Array(json.utf8)) } == .invalidKeyRing)
    }

    @Test("a key id outside the pattern is refused")
    func keyID() {
        let json = #"{"keys":[{"kid":"a/b","paserk":"\#(Self.paserk)","state":"active"}]}"#
        #expect(linkErrorCode { _ = try KeyRing(json: Array(json.utf8)) } == .invalidKeyID)
    }
}
