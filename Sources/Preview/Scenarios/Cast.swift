import Rendering

/// The people of a scenario: a file of `_scenarios`, so that the same ones appear in every kind of letter.
struct Cast {
    /// Somebody who is written to.
    struct Person {
        let name: String
        let email: String
        /// Where they live: an IANA time zone identifier.
        let zone: String
    }

    /// The client, or whoever is to become one.
    let client: Person
    /// The provider.
    let provider: Person
    /// Where the provider meets clients in person.
    let address: String
    /// Under which the provider's booking page is found.
    let slug: String

    /// Who stands in for a cast that cannot be read.
    static let nobody = Cast(
        client: Person(name: "", email: "", zone: ""), provider: Person(name: "", email: "", zone: ""), address: "",
        slug: "")

    /// Reads a file; nil when something is wrong with it, which `findings` then has.
    static func read(_ text: String, file: String, findings: inout [Finding]) -> Cast? {
        let objects: [String: JSONNode]
        do { objects = try JSONReader.object(text, file: file) } catch {
            findings.append(error)
            return nil
        }
        var fields = FieldReader(objects, at: TemplateLocation(file: file))
        let client = fields.object("client") { person(&$0) }
        let provider = fields.object("provider") { fields in
            (person(&fields), fields.text("address"), fields.text("slug"))
        }
        fields.finish()
        findings += fields.findings
        guard fields.findings.isEmpty, let client, case (let person?, let address?, let slug?)? = provider else {
            return nil
        }
        return Cast(client: client, provider: person, address: address, slug: slug)
    }

    private static func person(_ fields: inout FieldReader) -> Person? {
        let (name, email, zone) = (fields.text("name"), fields.text("email"), fields.text("zone"))
        guard let name, let email, let zone else { return nil }
        return Person(name: name, email: email, zone: zone)
    }
}
