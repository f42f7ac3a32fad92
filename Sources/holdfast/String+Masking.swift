import Outbox

extension String {
    /// What somebody wrote, with every word masked that looks like an address.
    var withMaskedAddresses: String {
        contains("@") ? replacing(/\S*@\S*/) { "\(MaskedAddress(String($0.output)))" } : self
    }
}
