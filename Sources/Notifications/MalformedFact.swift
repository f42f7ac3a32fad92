/// A database column that does not hold what its statement promises.
package struct MalformedFact: Error, Equatable, CustomStringConvertible {
    /// What was expected; never the value.
    package let description: String

    /// Names what was expected.
    package init(_ description: String) {
        self.description = description
    }
}
