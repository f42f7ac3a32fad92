internal import FoundationEssentials

/// Reads what a token endpoint answers (RFC 6749 §5): pure.
enum TokenAnswer {
    /// How long a token is taken to live when the endpoint does not say (§5.1 only recommends `expires_in`).
    static let assumedLifetime = Duration.seconds(300)

    /// - Parameter start: when the token was asked for.
    /// - Throws: `refused` for any status but 200, `malformedAnswer` for anything but a bearer token.
    static func token(
        status: Int, body: [UInt8], askedAt start: ContinuousClock.Instant
    ) throws(TokenFailure) -> BearerToken {
        guard status == 200 else { throw .refused(status: status, error: errorCode(in: body)) }
        guard let answer = try? JSONDecoder().decode(Success.self, from: Data(body)),
            answer.tokenType.lowercased() == "bearer"
        else { throw .malformedAnswer }
        let duration = answer.lifetime ?? assumedLifetime
        guard duration > .zero,
            let token = BearerToken(answer.accessToken, lifetime: .init(from: start, lasting: duration))
        else { throw .malformedAnswer }
        return token
    }

    /// The codes of §5.2; anything else may be a text that names somebody.
    private static let errorCodes: Set = [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
        "invalid_scope",
    ]

    private static func errorCode(in body: [UInt8]) -> String? {
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body)) else { return nil }
        return errorCodes.contains(refusal.error) ? refusal.error : nil
    }

    private struct Refusal: Decodable {
        let error: String
    }

    private struct Success: Decodable {
        let accessToken: String
        let tokenType: String
        let lifetime: Duration?

        private enum Keys: String, CodingKey {
            case accessToken = "access_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Keys.self)
            accessToken = try values.decode(String.self, forKey: .accessToken)
            tokenType = try values.decode(String.self, forKey: .tokenType)
            guard values.contains(.expiresIn) else {
                lifetime = nil
                return
            }
            // Some endpoints write the number as a string.
            let number = try? values.decode(Double.self, forKey: .expiresIn)
            guard let seconds = try number ?? Double(values.decode(String.self, forKey: .expiresIn)), seconds.isFinite
            else { throw TokenFailure.malformedAnswer }
            lifetime = .seconds(max(0, min(seconds, 365 * 86_400)))
        }
    }
}
