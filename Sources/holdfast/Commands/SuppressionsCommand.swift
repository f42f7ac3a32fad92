import ArgumentParser
import Outbox

/// The command `holdfast suppressions`.
struct SuppressionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppressions",
        abstract: "Whom not to write to.",
        discussion: """
            They need HOLDFAST_DATABASE_URL. A suppression keeps every letter, or the reminders, tasks or surveys, from \
            an address. Relays' refusals and bounces make some; what you change is recorded with your name and reason. \
            Addresses are masked unless you say --show-addresses.

            Examples:
              holdfast suppressions list
              holdfast suppressions add zoe@example.org --reason "asked on the phone"
              holdfast suppressions remove zoe@example.org --reason "mailbox is back"
            """,
        subcommands: [
            SuppressionsListCommand.self, SuppressionsAddCommand.self, SuppressionsRemoveCommand.self,
            SuppressionsImportCommand.self, SuppressionsExportCommand.self,
        ])
}

extension SuppressionsCommand {
    /// Refuses what can be no address, without repeating it.
    static func check(_ address: String) throws {
        guard address == AddressInput.mark || SuppressionList.isAddress(address) else {
            throw ValidationError("ADDRESS is an address such as name@example.org, or - to be asked for it")
        }
    }
}

extension Suppression.Class: ExpressibleByArgument {}
extension Suppression.Reason: ExpressibleByArgument {}
