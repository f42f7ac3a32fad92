/// What every kind of letter asks of its subject: whom to write to, and whether links of this generation still count.
package struct Subject: Sendable {
    /// The subject's generation now.
    package let generation: Int
    /// Whom the letter goes to.
    package let recipient: Recipient
    /// The address must not be written to in letters of this kind's class.
    package let isSuppressed: Bool
    /// The address has had as many letters today as somebody without an account may cause.
    package let isOverCap: Bool

    /// Takes the values of a row of facts.
    package init(generation: Int, recipient: Recipient, isSuppressed: Bool, isOverCap: Bool = false) {
        self.generation = generation
        self.recipient = recipient
        self.isSuppressed = isSuppressed
        self.isOverCap = isOverCap
    }
}

/// The person a letter goes to.
package struct Recipient: Sendable {
    /// Their name as they gave it.
    package let name: String
    /// Their address, as stored.
    package let address: String
    /// Their language, such as `en` or `es-MX`.
    package let locale: String

    /// Takes the values of a row of facts.
    package init(name: String, address: String, locale: String) {
        self.name = name
        self.address = address
        self.locale = locale
    }
}
