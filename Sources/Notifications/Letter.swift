package import Mail

/// A letter ready to leave: whom the relay is told, and every byte of the message.
///
/// The same facts give the same letter.
package struct Letter: Sendable {
    /// The envelope's sender.
    package let bounceAddress: EmailAddress
    /// The envelope's one recipient.
    package let recipient: EmailAddress
    /// The message, before dot-stuffing.
    package let message: ComposedMessage
    /// The reader's language, as stored.
    package let askedLocale: String
    /// The language it is written in, which may be a fallback of that.
    package let locale: String
}

/// Why a letter cannot be written.
package enum LetterError: Error, CustomStringConvertible {
    /// The recipient's name or address cannot stand in a message: nothing but another row will help.
    case recipient(MailError)
    /// Another key signs links now: a letter of this writer would carry a dead link.
    case keyRetired
    /// A template, a value or a link of ours: the letter is fine once that is mended.
    case ours(any Error)

    /// A sentence without the value.
    package var description: String {
        switch self {
        case .recipient(let error): "the recipient's name or address cannot be written: \(error)"
        case .keyRetired:
            "another key signs links now: restart the worker with the active key's file in HOLDFAST_LINK_KEY_FILE"
        case .ours(let error): "the letter cannot be written: \(error)"
        }
    }
}
