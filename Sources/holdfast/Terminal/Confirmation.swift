import ArgumentParser
import Glibc

/// The question before something that cannot be taken back, and the flag that answers it.
struct Confirmation: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    /// Asks whether to go on, and returns when the answer is yes.
    ///
    /// - Parameters:
    ///   - question: one that a yes or no answers, such as `Send 3 letters?`.
    ///   - refusal: what a no leaves behind.
    /// - Throws: a `CommandFailure`: `.no` for any other answer; `.usage` where nobody can be asked.
    func require(_ question: String, otherwise refusal: String = "nothing was changed") async throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1, Terminal.errors.isTerminal else {
            throw CommandFailure(.usage, "there is no terminal to ask at: say --yes to go on; \(refusal)")
        }
        let answer = await Terminal.line(asking: StyledLine(question, .strong) + " [y/N]")
        guard answer?.lowercased().hasPrefix("y") == true else { throw CommandFailure(.no, refusal) }
    }
}
