import Foundation
import TestSupport
import Testing

/// What the doctor says of relays.
@Suite struct DoctorRelayTests {
    @Test("A certificate that ends within two weeks is a warning with the day")
    func endsSoon() async throws {
        try await withInstallation { site in
            try site.useProtectedRelay { try $0.issue(for: "DNS:localhost,DNS:mail.example.org", days: 9) }
            try await site.doctor().expect(
                "relay", "warn", "certificate for localhost, mail.example.org, until 20", "8 days left", "renewed")
        }
    }

    @Test("An expired certificate, one for another host and one of a stranger fail, each with its own way out")
    func certificates() async throws {
        try await withInstallation { site in
            try site.useProtectedRelay { try $0.issueExpired(for: "DNS:localhost") }
            try await site.doctor().expect("relay", "fail", "has expired", "have it renewed")
            try site.useProtectedRelay { try $0.issue(for: "DNS:mail.example.org") }
            try await site.doctor().expect("relay", "fail", "names another host", "HOLDFAST_SMTP_CA_FILE")
            let stranger = try CertificateAuthority()
            site.keep(stranger)
            try site.useProtectedRelay { _ in try stranger.issue(for: "DNS:localhost") }
            try await site.doctor().expect("relay", "fail", "is not trusted")
        }
    }

    @Test("A login that is refused, a relay without TLS and one that is not there fail")
    func refusals() async throws {
        try await withInstallation { site in
            try site.useProtectedRelay(password: "canary-another")
            try await site.doctor().expect("relay", "fail", "refused the login", "HOLDFAST_SMTP_PASSWORD_FILE")
            try await site.doctor(["HOLDFAST_SMTP_URL": "smtp://canary-user@localhost:9"])
                .expect("relay", "fail", "No connection to the relay smtp://localhost:9", "HOLDFAST_SMTP_URL")
            let plain = try SMTPServer.scripted()
            try await site.doctor(["HOLDFAST_SMTP_URL": "smtp://canary-user@localhost:\(plain.port)"])
                .expect("relay", "fail", "does not offer STARTTLS")
        }
    }

    @Test("Every further relay is looked at; one that is down is a warning as long as another lets us in")
    func further() async throws {
        try await withInstallation { site in
            let open = try SMTPServer.scripted()
            site.use(open)
            let checkup = try await site.doctor([
                "HOLDFAST_SMTP_2_URL": "smtp://127.0.0.1:9", "HOLDFAST_SMTP_3_URL": "smtp://127.0.0.1:\(open.port)",
            ])
            try checkup.expect("relay", "ok", "without login, without TLS")
            try checkup.expect("relay 2", "warn", "No connection", "HOLDFAST_SMTP_2_URL")
            try checkup.expect("relay 3", "ok")
            #expect(checkup.status == 0)
            try await site.doctor([
                "HOLDFAST_SMTP_URL": "smtp://127.0.0.1:9", "HOLDFAST_SMTP_2_URL": "smtp://127.0.0.1:9",
            ])
            .expect("relay 2", "fail")
        }
    }
}
