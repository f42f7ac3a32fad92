import ArgumentParser
import FoundationEssentials
import Outbox

/// Why somebody does something by hand.
struct ReasonOption: ParsableArguments {
    @Option(help: "Why; recorded with your name.")
    var reason: String

    func validate() throws {
        do throws(OperatorError) { _ = try note() } catch { throw ValidationError(error.description) }
    }

    /// What the audit says of it.
    func note(_ requestID: String? = nil) throws(OperatorError) -> OperatorNote {
        try OperatorNote(operatorName: Terminal.operatorName, reason: reason, requestID: requestID)
    }
}

/// What every action by hand has in common: why, and under which request.
struct OperatorOptions: ParsableArguments {
    @OptionGroup var why: ReasonOption

    @Option(help: ArgumentHelp("An action with the same id is done only once.", valueName: "id"))
    var requestID: String?

    func validate() throws {
        do throws(OperatorError) { _ = try note() } catch { throw ValidationError(error.description) }
    }

    /// What a command's help says of how it ends: `own` are the codes of its answers.
    static func exitCodes(_ own: String) -> String {
        "Exit codes: \(own); 64 wrong usage; 69 the database is unavailable; 75 try again later; 78 wrong settings."
    }

    /// What the audit says of it.
    func note() throws(OperatorError) -> OperatorNote { try why.note(requestID) }
}

/// Whether addresses are shown in full, and why.
struct AddressOptions: ParsableArguments {
    @Flag(help: "Show addresses in full; recorded, and needs --reason.")
    var showAddresses = false

    @Option(help: "Why; recorded with your name.")
    var reason: String?

    func validate() throws {
        if showAddresses, reason == nil { throw ValidationError("--show-addresses needs a --reason") }
        do throws(OperatorError) { _ = try note() } catch { throw ValidationError(error.description) }
    }

    /// What the audit says of it; nil when they stay masked.
    func note() throws(OperatorError) -> OperatorNote? {
        guard showAddresses else { return nil }
        return try OperatorNote(operatorName: Terminal.operatorName, reason: reason ?? "")
    }

    /// An address as it is to be printed.
    func shown(_ address: MaskedAddress) -> String { showAddresses ? address.unmasked : address.description }
}
