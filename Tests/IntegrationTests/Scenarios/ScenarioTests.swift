import TestSupport
import Testing

/// The rules of the practice, each shown by a story with a real database, a real SMTP server and the clock in the test's hands.
@Suite("The rules of the practice") struct ScenarioTests {
    @Test("each rule is kept", arguments: Scenario.all) func rule(_ scenario: Scenario) async throws {
        try await Story.tell(scenario.tell)
    }

    /// `swift test --filter ScenarioTests/list` prints the list, to be held against the rules.
    @Test("every rule has its story") func list() {
        for scenario in Scenario.all { print(scenario.testDescription) }
        // Rule 24, the previews, has tests of its own.
        #expect(Set(Scenario.all.map(\.rule)) == Set(1...32).subtracting([24]))
    }
}
