@testable import Mail

/// What tests compare of a message that was read.
extension ReadPart {
    /// A field as a person sees it; empty when it is absent.
    func decoded(_ name: String) -> String {
        fields.first { $0.name.lowercased() == name.lowercased() }?.decodedValue ?? ""
    }

    /// The types of the parts as `multipart/mixed(text/plain,text/html)`.
    var structure: String { parts.isEmpty ? type : "\(type)(\(parts.map(\.structure).joined(separator: ",")))" }

    /// The parts without parts.
    var leaves: [ReadPart] { parts.isEmpty ? [self] : parts.flatMap(\.leaves) }
}
