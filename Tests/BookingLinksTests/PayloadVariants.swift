import Foundation
import Testing

/// Payloads that are one step away from the correct one, each signed by the right key.
struct PayloadVariants: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let payload: String

    static let correct = """
        {"aud":"book.example.org","exp":"2026-03-04T17:00:00Z","gen":1,"iat":"2026-03-01T17:00:00Z",\
        "jti":"Dw4NDAsKCQgHBgUEAwIBAA","pur":"rsv","sub":"ABEiM0RVZneImaq7zN3u_w"}
        """

    static let all =
        replacements.map { old, new, what in
            PayloadVariants(testDescription: what, payload: correct.replacingOccurrences(of: old, with: new))
        } + [
            PayloadVariants(testDescription: "empty object", payload: "{}"),
            PayloadVariants(testDescription: "not JSON", payload: "no JSON at all"),
            PayloadVariants(testDescription: "a byte behind", payload: correct + "\n"),
            PayloadVariants(testDescription: "a byte before", payload: " " + correct),
            PayloadVariants(testDescription: "cut off", payload: String(correct.dropLast())),
            PayloadVariants(testDescription: "twice", payload: correct + correct),
        ]

    private static let replacements: [(String, String, String)] = [
        (#","pur":"rsv""#, "", "a key missing"),
        (#"{"aud""#, #"{"aaa":1,"aud""#, "an eighth key in front"),
        (#"_w"}"#, #"_w","x":1}"#, "an eighth key at the end"),
        (#""gen":1,"#, #""gen":1,"gen":2,"#, "a duplicate key"),
        (#""aud":"book.example.org","#, "", "no audience"),
        (#""gen":1"#, #""gen":"1""#, "a generation as text"),
        (#""gen":1"#, #""gen":1.0"#, "a generation with a fraction"),
        (#""gen":1"#, #""gen":01"#, "a generation with a leading zero"),
        (#""gen":1"#, #""gen":-1"#, "a negative generation"),
        (#""gen":1"#, #""gen":1e0"#, "a generation with an exponent"),
        (#""gen":1"#, #""gen":9007199254740992"#, "a generation beyond 2^53 - 1"),
        (#""gen":1"#, #""gen":99999999999999999999"#, "a generation beyond any integer"),
        (#""gen":1"#, #""gen":"#, "no digits"),
        (#""gen":1"#, #""gen":null"#, "a null generation"),
        (#""rsv""#, #""xyz""#, "an unknown purpose"),
        (#""rsv""#, #""RSV""#, "a purpose in capitals"),
        (#""rsv""#, #""\u0072sv""#, "an escape"),
        (#""exp":"2026-03-04T17:00:00Z""#, #""exp":1772643600"#, "an instant as a number"),
        ("2026-03-04T17:00:00Z", "2026-03-04T17:00:00+00:00", "an offset instead of Z"),
        ("2026-03-04T17:00:00Z", "2026-03-04T17:00:00.000Z", "fractions of a second"),
        ("2026-03-04T17:00:00Z", "2026-03-04t17:00:00z", "small letters"),
        ("2026-03-04T17:00:00Z", "2026-02-30T17:00:00Z", "a day that is not"),
        ("2026-03-04T17:00:00Z", "2026-03-04T24:00:00Z", "an hour that is not"),
        ("2026-03-04T17:00:00Z", "2026-03-04T17:00:60Z", "a leap second"),
        ("2026-03-04T17:00:00Z", "2026-03-01T17:00:00Z", "an end at the issue"),
        (#""Dw4N"#, #""Dw4"#, "an id too short"),
        (#""Dw4N"#, #""Dw4NAAAA"#, "an id too long"),
        ("IBAA", "IBAB", "an id with trailing bits"),
        ("Dw4NDAsKCQgHBgUEAwIBAA", "0f0e0d0c-0b0a-0908-0706-050403020100", "an id in the other spelling"),
        ("book.example.org", "Book.example.org", "an audience in capitals"),
        ("book.example.org", "", "an empty audience"),
        (",", ", ", "spaces"),
        (
            #"{"aud":"book.example.org","exp":"2026-03-04T17:00:00Z""#,
            #"{"exp":"2026-03-04T17:00:00Z","aud":"book.example.org""#, "another order"
        ),
    ]
}
