/// Why there is no token to log in with: trouble with the settings or with the token endpoint, never a letter's.
package enum TokenFailure: Error, Sendable, Equatable {
    /// The token file cannot be read.
    case fileUnreadable
    /// The token file does not begin with a line of visible ASCII.
    case fileUnusable
    /// The token endpoint was not reached or broke off, with libcurl's code.
    case unreachable(curl: UInt32)
    /// The token endpoint took too long.
    case timedOut
    /// The certificate of the token endpoint is not trusted, expired, or names another host.
    case certificateRejected
    /// The CA file for the token endpoint holds no usable certificate.
    case caFileUnusable
    /// The token endpoint answered with another status than 200; the error code is one of RFC 6749 §5.2 or nil.
    case refused(status: Int, error: String?)
    /// The token endpoint answered 200 but gave no bearer token.
    case malformedAnswer
    /// Nobody wanted the token any more.
    case abandoned

    /// Whether only a change of settings, here or at the token endpoint, will help.
    var isMisconfiguration: Bool {
        switch self {
        case .fileUnreadable, .fileUnusable, .certificateRejected, .caFileUnusable, .malformedAnswer: true
        case .refused(let status, _): (300...499).contains(status) && status != 408 && status != 429
        case .unreachable, .timedOut, .abandoned: false
        }
    }

    /// What happened, for the relay of this name, as the beginning of a sentence.
    func happened(to relay: String) -> String {
        let endpoint = "The token endpoint for the relay \(relay)"
        return switch self {
        case .fileUnreadable: "The file with the token for the relay \(relay) cannot be read"
        case .fileUnusable: "The file with the token for the relay \(relay) does not begin with a line that is a token"
        case .unreachable(let curl): "\(endpoint) cannot be reached (libcurl \(curl))"
        case .timedOut: "\(endpoint) did not answer in time"
        case .certificateRejected: "The certificate of the token endpoint for the relay \(relay) is not trusted"
        case .caFileUnusable: "The file of trusted authorities for the token endpoint holds no usable certificate"
        case .refused(let status, let error):
            "\(endpoint) gave no token (status \(status)\(error.map { ", \($0)" } ?? ""))"
        case .malformedAnswer: "\(endpoint) answered without a bearer token"
        case .abandoned: "Fetching a token for the relay \(relay) was given up"
        }
    }

    /// Which setting to look at, as the end of a sentence.
    func wayOut(_ prefix: String) -> String {
        switch self {
        case .fileUnreadable, .fileUnusable: "check \(prefix)_TOKEN_FILE"
        case .unreachable, .timedOut, .malformedAnswer, .abandoned: "check \(prefix)_TOKEN_URL"
        case .certificateRejected, .caFileUnusable: "check \(prefix)_TOKEN_URL and \(prefix)_TOKEN_CA_FILE"
        case .refused:
            "check \(prefix)_TOKEN_URL, \(prefix)_TOKEN_CLIENT_ID, \(prefix)_TOKEN_CLIENT_SECRET_FILE and "
                + "\(prefix)_TOKEN_SCOPE"
        }
    }
}
