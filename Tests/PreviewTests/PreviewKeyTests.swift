import BookingLinks
import Foundation
import Mail
import Notifications
import Signing
import TestSupport
import Testing

@testable import Preview

@Suite("The preview's key")
struct PreviewKeyTests {
    private let base: LinkBase

    init() throws {
        base = try Real.base.get()
    }

    @Test("it verifies every link of every letter, and nothing else does")
    func links() throws {
        let verifier = try PreviewKey.verifier(base: base)
        let inProduction = try productionVerifier(publicKey: PrivateKey.generate().publicKey)
        let withItsKey = try productionVerifier(publicKey: PreviewKey.publicKey())
        let gallery = try Real.gallery()
        var count = 0
        for specimen in gallery.specimens {
            let links = Self.links(in: specimen.letter)
            #expect(Set(links.map(\.purpose)).isSubset(of: specimen.claim.links.map(\.purpose)))
            for link in links {
                let claims = try verifier.verify(link.token, for: link.purpose, at: specimen.claim.readAt)
                let issued = try #require(specimen.claim.links.first { $0.purpose == link.purpose })
                #expect(claims.jti == issued.jti && claims.expiresAt == issued.expiresAt)
                #expect(throws: LinkRefusal.badSignature) {
                    try inProduction.verify(link.token, for: link.purpose, at: specimen.claim.readAt)
                }
                #expect(throws: LinkRefusal.badSignature) {
                    try withItsKey.verify(link.token, for: link.purpose, at: specimen.claim.readAt)
                }
            }
            count += links.count
        }
        #expect(count > gallery.specimens.count / 2)
    }

    @Test("no settings take its environment")
    func environment() async throws {
        try await withInstallation(ready: false) { site in
            try PrivateKey.generate().write(toFile: site.settings["HOLDFAST_LINK_KEY_FILE"] ?? "")
            for command in [["worker"], ["adopt"], ["links", "verify"]] {
                let result = try await site.run(command, ["HOLDFAST_ENVIRONMENT": "preview"], stdin: "v4.public.x\n")
                #expect(result.status == 78)
                #expect(
                    result.errors
                        == "holdfast: HOLDFAST_ENVIRONMENT: preview is the environment of previews, whose key everybody "
                        + "knows; name another\n")
            }
        }
    }

    @Test("no installation lets it sign")
    func refused() async throws {
        try await withInstallation(ready: false) { site in
            let file = site.folder.appendingPathComponent("preview.key").path
            try PreviewKey.key().write(toFile: file)
            let worker = try await site.run(["worker"], ["HOLDFAST_LINK_KEY_FILE": file])
            #expect(worker.status == 78)
            #expect(
                worker.errors
                    == "holdfast: HOLDFAST_LINK_KEY_FILE: is the key of previews, which everybody knows; make one with "
                    + "'holdfast links keys new'\n")
            try await site.must(["migrate"])
            let bytes = try PreviewKey.publicKey().rawBytes.map { String(format: "%02x", $0) }.joined()
            try await site.sql(
                "INSERT INTO holdfast.signing_key (kid, public_key, state) VALUES ('mine', '\\x\(bytes)', 'next')")
            let activated = try await site.run(["links", "keys", "activate", "mine"])
            #expect(activated.status == 65)
            #expect(
                activated.errors
                    == "holdfast: mine is the key of previews, which everybody knows; make one with 'links keys new'\n")
            #expect(try await site.sql("SELECT state FROM holdfast.signing_key") == "next")
        }
    }

    private func productionVerifier(publicKey: PublicKey) throws -> LinkVerifier {
        let key = KeyRing.Entry(keyID: try KeyID(PreviewKey.name), publicKey: publicKey)
        return try LinkVerifier(
            keys: KeyRing([key]), audience: base.audience, environment: LinkEnvironment("prod"))
    }

    /// The links in the base64 parts of a letter.
    private static func links(in letter: Letter) -> [(purpose: LinkPurpose, token: String)] {
        let parts = String(decoding: letter.message.bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")
        let text = parts.compactMap { part in
            Data(base64Encoded: part.components(separatedBy: "\r\n--")[0], options: .ignoreUnknownCharacters)
                .map { String(decoding: $0, as: UTF8.self) }
        }.joined(separator: "\n")
        return text.matches(of: /https:\/\/book\.example\.org\/l\/([a-z]+)\/([A-Za-z0-9._-]+)/).compactMap { match in
            LinkPurpose(rawValue: String(match.1)).map { ($0, String(match.2)) }
        }
    }
}
