import FoundationEssentials
import SMTP
import Worker

/// What a relay's opening means.
extension Diagnosis {
    /// A certificate that ends so soon is to be renewed now.
    static let fewDays = 14

    static func relay(_ check: String, _ relay: Relay, _ admission: RelayCheck.Admission, now: Date) -> Diagnosis {
        let login = relay.logsIn ? "logged in" : "without login"
        guard let tls = admission.tls else { return .ok(check, "\(relay) lets us in, \(login), without TLS") }
        let opened = "\(relay) lets us in, \(login), \(tls)"
        guard let certificate = admission.certificate else { return .ok(check, opened) }
        let shown = certificate.names.prefix(3).joined(separator: ", ") + (certificate.names.count > 3 ? ", …" : "")
        let names = shown.isEmpty ? "" : ", certificate for \(shown)"
        guard let end = certificate.end else { return .ok(check, opened + names) }
        let days = Int(end.timeIntervalSince(now) / 86_400)
        let finding = "\(opened)\(names), until \(end.formatted(.iso8601)): \(counted(days, "day")) left"
        guard days < fewDays else { return .ok(check, finding) }
        return .warn(check, finding, mend: "have the relay's certificate renewed: once it has ended no letter leaves")
    }

    /// A relay that lets nobody in is survived as long as another does.
    static func relay(_ check: String, _ failure: SMTPFailure, isAnyOpen: Bool) -> Diagnosis {
        Diagnosis(
            check: check, verdict: isAnyOpen ? .warn : .fail, finding: failure.description, details: [], remedy: nil)
    }
}
