/// The dialogue of one message: RSET, MAIL, RCPT, DATA, the text and its dot.
extension Session {
    /// Makes sure that no byte is waiting that a reply could be confused with, and that a kept session still lives.
    mutating func assertSilence(_ transaction: Transaction) throws(Halt) {
        let stage = transaction.isReused ? Stage.rset : .mail
        var stray: Reply?
        do throws(WireError) {
            if try wire.isSilent() { return }
            stray = try wire.replyWaiting()
        } catch {
            throw Halt(stage, error.fault)
        }
        // A 421 said while idle is worth keeping: it tells why the session ended.
        if let stray, stray.code == 421 { throw Halt(stage, reply: stray) }
        throw Halt(stage, .unsolicited)
    }

    /// Brings the relay to its 354, in one round trip where PIPELINING allows it.
    mutating func openTransaction(
        _ envelope: Envelope, size: Int, _ transaction: inout Transaction
    ) throws(Halt) {
        if capabilities.pipelining {
            commands.removeAll()
            if transaction.isReused { commands.append("RSET\r\n") }
            appendMail(envelope, size: size)
            appendRecipient(envelope)
            commands.append("DATA\r\n")
            try flushCommands(transaction.isReused ? .rset : .mail, timers.mail, transaction)
            try readGroup(&transaction)
        } else {
            try speakOneByOne(envelope, size: size, &transaction)
        }
        // A reply after the 354 would be taken for the answer to the dot: 250 for a message that nobody read.
        if wire.hasUnreadBytes { throw Halt(.data, .unsolicited) }
    }

    /// Sends the text and its dot and returns the 2yz that accepts it.
    mutating func sendText(_ transaction: Transaction) throws(Halt) -> Reply {
        var dotMayHaveLeft = false
        do throws(WireError) {
            try writeText(transaction, &dotMayHaveLeft)
        } catch {
            // A relay that gives up early often says why before it hangs up.
            if !dotMayHaveLeft, let reply = try? wire.replyWaiting(), reply.code >= 400 {
                throw Halt(.body, reply: reply, endsSession: true)
            }
            throw Halt(dotMayHaveLeft ? .dot : .body, error.fault)
        }
        // The dot has its own time, never cut by the overall deadline: giving up early here makes duplicates.
        let reply = try answer(.dot, until: .now + timers.dataTermination)
        guard reply.isPositive else { throw Halt(.dot, reply: reply) }
        return reply
    }

    private mutating func readGroup(_ transaction: inout Transaction) throws(Halt) {
        if transaction.isReused { try expectReset(transaction) }
        let mail = try answer(.mail, timers.mail, transaction)
        transaction.hasMailAnswer = mail.code != 421
        var refusal = mail.isPositive ? nil : Halt(.mail, reply: mail)
        if let refusal, refusal.endsSession { throw refusal }
        let recipient = try answer(.rcpt, timers.recipient, transaction, after: refusal)
        if refusal == nil, !recipient.isPositive { refusal = Halt(.rcpt, reply: recipient) }
        if let refusal, refusal.endsSession || recipient.code == 421 { throw Halt(refusal, endingSession: true) }
        let data = try answer(.data, timers.dataInitiation, transaction, after: refusal)
        guard let refusal else {
            guard data.code == 354 else { throw Halt(.data, reply: data) }
            return
        }
        if data.code == 354 { try endEmptyMessage(refusal, transaction) }
        throw Halt(refusal, endingSession: data.code == 421 || data.isPositive || isReusable == false)
    }

    /// RFC 2920 §3.1: a client that gets 354 although every recipient was refused sends a single dot.
    private mutating func endEmptyMessage(_ refusal: Halt, _ transaction: Transaction) throws(Halt) {
        commands.removeAll()
        commands.append(".\r\n")
        do throws(Halt) {
            try flushCommands(.data, timers.dataBlock, transaction)
            let reply = try answer(.data, timers.dataTermination, transaction)
            // A relay that takes a message for nobody is too strange to go on with.
            if reply.code < 400 || reply.code == 421 { isReusable = false }
        } catch {
            isReusable = false
        }
    }

    private mutating func speakOneByOne(
        _ envelope: Envelope, size: Int, _ transaction: inout Transaction
    ) throws(Halt) {
        if transaction.isReused {
            commands.removeAll()
            commands.append("RSET\r\n")
            try flushCommands(.rset, timers.mail, transaction)
            try expectReset(transaction)
        }
        commands.removeAll()
        appendMail(envelope, size: size)
        try flushCommands(.mail, timers.mail, transaction)
        let mail = try answer(.mail, timers.mail, transaction)
        transaction.hasMailAnswer = mail.code != 421
        guard mail.isPositive else { throw Halt(.mail, reply: mail) }
        commands.removeAll()
        appendRecipient(envelope)
        try flushCommands(.rcpt, timers.recipient, transaction)
        let recipient = try answer(.rcpt, timers.recipient, transaction)
        guard recipient.isPositive else { throw Halt(.rcpt, reply: recipient) }
        commands.removeAll()
        commands.append("DATA\r\n")
        try flushCommands(.data, timers.dataInitiation, transaction)
        let data = try answer(.data, timers.dataInitiation, transaction)
        guard data.code == 354 else { throw Halt(.data, reply: data) }
    }

    private mutating func expectReset(_ transaction: Transaction) throws(Halt) {
        let reply = try answer(.rset, timers.mail, transaction)
        guard reply.isPositive else { throw Halt(.rset, reply: reply, endsSession: true) }
    }
}
