package import FoundationEssentials
import Postgres

/// An address that must not be written to: a row of `holdfast.suppression`, or one that is to become one.
package struct Suppression: Sendable, Equatable {
    /// Which letters it binds.
    package enum Class: String, Sendable, CaseIterable {
        /// All of them.
        case all
        /// Reminders.
        case reminder
        /// Digests of what is to do.
        case task
        /// Surveys.
        case survey
    }

    /// Why.
    package enum Reason: String, Sendable, CaseIterable {
        /// A relay refused the address for good.
        case hardBounce = "hard_bounce"
        /// Its mailbox was full time after time.
        case mailboxFull = "mailbox_full"
        /// Its owner complained.
        case complaint
        /// Its owner asked for it.
        case optOut = "opt_out"
        /// An operator said so.
        case manual
    }

    /// Whose letters.
    package let address: MaskedAddress
    /// Which of them.
    package let appliesTo: Class
    /// Why.
    package let reason: Reason
    /// Until when; nil is for good.
    package let until: Date?
    /// Since when; nil for one that is not stored yet.
    package let since: Date?

    /// Describes one that is to be added.
    package init(_ address: String, _ appliesTo: Class = .all, reason: Reason = .manual, until: Date? = nil) {
        self.address = MaskedAddress(address)
        self.appliesTo = appliesTo
        self.reason = reason
        self.until = until
        since = nil
    }

    init(_ row: Row) throws {
        address = MaskedAddress(try row.decode("address"))
        appliesTo = Class(rawValue: try row.decode("class")) ?? .all
        reason = Reason(rawValue: try row.decode("reason")) ?? .manual
        until = try row.decodeIfPresent("until")
        since = try row.decode("created_at")
    }
}
