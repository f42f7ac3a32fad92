import Foundation

/// How long tests may take that are the better the longer they go on.
package enum TestLength {
    /// Whether `TEST_FULL=1` asks for the long form, as `deploy/test --full` does.
    package static var isFull: Bool { ProcessInfo.processInfo.environment["TEST_FULL"] == "1" }
}
