extension BounceReport.Findings {
    /// Reads the part for machines (RFC 3464 section 2): blocks of fields, the first about the message, the others
    /// each about a recipient.
    ///
    /// Which is which is told by the fields, because some servers write empty lines too many or too few.
    init(deliveryStatus content: [UInt8], original: [ReadField]?) {
        var rest = content[...]
        var fields: [ReadField] = []
        while !rest.isEmpty {
            let (block, after) = ReadField.split(rest)
            if let recipient = BouncedRecipient(block) { recipients.append(recipient) }
            fields += block
            // A line that is no field stands by itself: it is passed over, or nothing would get on.
            rest = after.count < rest.count ? after : after.drop { $0 != ASCII.lineFeed }.dropFirst()
        }
        messageID =
            original.flatMap(BounceValue.identifier(inHeader:))
            ?? fields.value(of: "x-original-message-id").flatMap(BounceValue.identifier)
        envelopeID = fields.value(of: "original-envelope-id").map(TransferDecoding.xtext)
            .flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : BounceValue.identifier(in: $0) ?? $0 }
    }
}

extension BouncedRecipient {
    /// Reads the block of one recipient; nil for a block that says nothing about one.
    init?(_ block: [ReadField]) {
        guard let named = block.value(of: "final-recipient") ?? block.value(of: "original-recipient") else {
            return nil
        }
        let diagnostic = block.value(of: "diagnostic-code") ?? ""
        let quoted = BounceStatus(firstIn: diagnostic)
        status = BounceStatus(firstIn: block.value(of: "status") ?? "")?.refined(by: quoted) ?? quoted
        replyCode = BounceReplyCode.first(in: diagnostic)
        let word = (block.value(of: "action") ?? "").lowercased().prefix { $0.isLetter }
        guard let action = Action(rawValue: String(word)) ?? Self.action(for: status) else { return nil }
        self.action = action
        unredactedAddress = BounceValue.address(in: block.value(of: "original-recipient") ?? named)
    }

    /// The action a report without one means.
    private static func action(for status: BounceStatus?) -> Action? {
        switch status?.kind {
        case 5: .failed
        case 4: .delayed
        case 2: .delivered
        default: nil
        }
    }
}
