/// How far a session or a message came: the step that was being taken when the outcome was decided.
///
/// The order of the cases is the order on the wire. What a failure means depends on its stage (RFC 5321 §4.2.5,
/// §6.1): up to and including `body` the relay cannot have taken the message; at `dot` it may have.
package enum Stage: String, Sendable, CaseIterable {
    /// Looking up the relay's name.
    case resolve
    /// Opening the TCP connection.
    case connect
    /// STARTTLS or the TLS handshake, certificate checks included.
    case tls
    /// Waiting for the relay's 220.
    case greeting
    /// EHLO (or HELO) and its answer.
    case hello
    /// AUTH.
    case auth
    /// RSET, first on a session that is used again.
    case rset
    /// MAIL.
    case mail
    /// RCPT.
    case rcpt
    /// DATA, until its 354.
    case data
    /// The message text, before any byte of the final dot.
    case body
    /// The final dot: its bytes may have left.
    case dot
    /// The relay took the message.
    case accepted
}
