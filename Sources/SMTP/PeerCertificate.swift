package import FoundationEssentials
internal import Glibc

/// What a relay's certificate says, as far as an operator has to know it before it ends.
package struct PeerCertificate: Sendable, Equatable {
    /// The names it is for, such as `mail.example.org`.
    package let names: [String]
    /// When the first certificate of the chain that the relay showed ends; nil when libcurl cannot tell.
    package let end: Date?

    /// Reads libcurl's lines about each certificate of the chain, the relay's own first (CURLINFO_CERTINFO).
    init(chain: [[String]]) {
        names = Self.values(of: "X509v3 Subject Alternative Name", in: chain.first ?? [])
            .flatMap { $0.split(separator: ",") }
            .map { name in String(name.drop { $0 != ":" }.dropFirst()).trimmingBlanks }
            .filter { !$0.isEmpty }
        end = chain.flatMap { Self.values(of: "Expire date", in: $0) }.compactMap(Self.date).min()
    }

    private static func values(of label: String, in lines: [String]) -> [String] {
        lines.filter { $0.hasPrefix("\(label):") }.map { String($0.dropFirst(label.utf8.count + 1)) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Nov  4 12:00:00 2026 GMT`, as OpenSSL's ASN1_TIME_print(3) writes it.
    private static func date(_ text: String) -> Date? {
        let fields = text.split { $0 == " " || $0 == ":" }
        let numbers = fields.compactMap { Int32($0) }
        guard fields.count == 7, fields.last == "GMT", numbers.count == 5,
            let month = months.firstIndex(where: { $0 == fields[0] })
        else { return nil }
        var parts = tm()
        (parts.tm_mon, parts.tm_mday, parts.tm_hour) = (Int32(month), numbers[0], numbers[1])
        (parts.tm_min, parts.tm_sec, parts.tm_year) = (numbers[2], numbers[3], numbers[4] - 1900)
        return Date(timeIntervalSince1970: Double(timegm(&parts)))
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
