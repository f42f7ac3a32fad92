internal import Glibc

/// Bytes of one message out, and answers in, each within its timer.
extension Session {
    /// The size of one TLS record: a write of one slice is never half of one record and half of the next.
    private static var slice: Int { 16 * 1024 }

    mutating func appendMail(_ envelope: Envelope, size: Int) {
        commands.append("MAIL FROM:<")
        commands.append(envelope.reversePath)
        commands.append(">")
        if capabilities.size {
            commands.append(" SIZE=")
            commands.append(decimal: size)
        }
        if envelope.sideNeedingUTF8 != nil { commands.append(" SMTPUTF8") }
        commands.append("\r\n")
    }

    mutating func appendRecipient(_ envelope: Envelope) {
        commands.append("RCPT TO:<")
        commands.append(envelope.forwardPath)
        commands.append(">\r\n")
    }

    mutating func flushCommands(_ stage: Stage, _ limit: Duration, _ transaction: Transaction) throws(Halt) {
        do throws(WireError) {
            try wire.writeAll(commands.bytes, until: min(.now + limit, transaction.deadline))
        } catch {
            // A relay that hung up with a 421 has said so before it closed.
            if let reply = try? wire.replyWaiting(), reply.code == 421 { throw Halt(stage, reply: reply) }
            throw Halt(stage, error.fault)
        }
    }

    /// The next reply within its timer; once a command of the group was refused, losing the rest still ends as that.
    mutating func answer(
        _ stage: Stage, _ limit: Duration, _ transaction: Transaction, after refusal: Halt? = nil
    ) throws(Halt) -> Reply {
        do throws(Halt) {
            return try answer(stage, until: min(.now + limit, transaction.deadline))
        } catch {
            throw refusal.map { Halt($0, endingSession: true) } ?? error
        }
    }

    mutating func answer(_ stage: Stage, until deadline: ContinuousClock.Instant) throws(Halt) -> Reply {
        do throws(WireError) {
            return try wire.readReply(until: deadline)
        } catch {
            throw Halt(stage, error.fault)
        }
    }

    /// Writes the stuffed text, and keeps count of whether a byte of the final dot may be out.
    ///
    /// On plaintext what the socket took is exact. Under TLS a write that reports "later" may still be sitting in
    /// OpenSSL, half sent, so there the dot counts as out once the record that holds it was offered.
    mutating func writeText(_ transaction: Transaction, _ dotMayHaveLeft: inout Bool) throws(WireError) {
        let bytes = text.bytes
        let dot = bytes.count - 3
        var sent = 0
        while sent < bytes.count {
            let end = tls == nil ? bytes.count : min(bytes.count, sent + Self.slice)
            if tls != nil, end > dot { dotMayHaveLeft = true }
            let written = try wire.write(UnsafeRawBufferPointer(rebasing: bytes[sent..<end]))
            sent += written
            if sent > dot { dotMayHaveLeft = true }
            if written == 0 { try wire.wait(for: POLLOUT, until: min(.now + timers.dataBlock, transaction.deadline)) }
        }
    }
}
