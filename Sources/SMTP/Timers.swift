/// How long each step may take; the defaults are the minimums of RFC 5321 §4.5.3.2.
///
/// A timer shorter than the relay's patience at the final dot manufactures duplicates, so only tests set them low.
package struct Timers: Sendable, Equatable {
    /// Name lookup, TCP connect and TLS handshake, each.
    package var connect: Duration = .seconds(30)
    /// The relay's 220 (§4.5.3.2.1).
    package var greeting: Duration = .seconds(300)
    /// Each answer to EHLO, STARTTLS and AUTH.
    package var hello: Duration = .seconds(300)
    /// The answers to RSET and MAIL (§4.5.3.2.2).
    package var mail: Duration = .seconds(300)
    /// The answer to RCPT (§4.5.3.2.3).
    package var recipient: Duration = .seconds(300)
    /// The 354 to DATA (§4.5.3.2.4).
    package var dataInitiation: Duration = .seconds(120)
    /// Any progress while the text is sent (§4.5.3.2.5).
    package var dataBlock: Duration = .seconds(180)
    /// The answer to the final dot (§4.5.3.2.6).
    package var dataTermination: Duration = .seconds(600)
    /// All of one `Session.open`, and all of one `Session.deliver` before the dot; the dot has its own time.
    package var overall: Duration = .seconds(1200)
    /// A session idle for longer is not used again: some relays hang up after ten seconds.
    package var idleLimit: Duration = .seconds(5)
    /// A session older than this is not used again, so that DNS and load balancers are heard.
    package var ageLimit: Duration = .seconds(300)

    /// The timers of the standard.
    package init() {}
}
