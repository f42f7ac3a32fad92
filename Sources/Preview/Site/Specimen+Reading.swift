import FoundationEssentials
import Mail
import Notifications

extension Specimen {
    /// The message to the octet.
    var bytes: [UInt8] { letter.message.bytes }

    /// The letter as a reader's mail program takes it.
    var readLetter: ReadLetter { ReadLetter(bytes) }

    /// The subject line alone, which takes a fraction of reading the letter.
    var subject: String {
        ReadField.header(of: bytes).first { $0.name.lowercased() == "subject" }?.decodedValue ?? ""
    }

    /// Whom the relay is told.
    var envelope: LetterView.Envelope {
        LetterView.Envelope(sender: letter.bounceAddress.unredactedText, recipient: letter.recipient.unredactedText)
    }
}
