/// What a link lets its holder do; it is part of what is signed and of the link's path.
///
/// The raw value is the name that stands in tokens, paths and the database, and never changes.
public enum LinkPurpose: String, CaseIterable, Hashable, Sendable, Codable {
    /// Confirm a held reservation; the subject is the reservation.
    case rsv
    /// See, move or cancel a confirmed appointment; the subject is the reservation.
    case appt
    /// Activate the client portal; the subject is the client.
    case act
    /// Open a signup task after login; the subject is the client.
    case task
    /// Book a first appointment with a provider; the subject is the invitation's provider.
    case inv
    /// Change which letters are sent; the subject is the client.
    case pref
}
