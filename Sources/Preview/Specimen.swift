package import Notifications

/// A letter of the gallery: written exactly as a worker writes it, but with the preview's key and for nobody real.
package struct Specimen: Sendable {
    /// Its name.
    package let id: SpecimenID
    /// What the scenario says in a sentence, for people.
    package let title: String
    /// The claim that a worker would have read.
    package let claim: Claim
    /// The letter, ready to leave.
    package let letter: Letter

    /// Takes what was written.
    package init(id: SpecimenID, title: String, claim: Claim, letter: Letter) {
        self.id = id
        self.title = title
        self.claim = claim
        self.letter = letter
    }
}
