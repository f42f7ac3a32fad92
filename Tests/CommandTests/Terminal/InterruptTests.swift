import Glibc
import Testing

@testable import holdfast

@Suite struct InterruptTests {
    @Test("The first signal is a wish that ends a pause; the program goes on")
    func first() async {
        await #expect(processExitsWith: .exitCode(7)) {
            guard let errors = KeptErrors() else { exit(1) }
            let interrupt = await Interrupt(saying: "stopping")
            let begin = ContinuousClock.now
            let pausing = Task { await interrupt.pause(for: .seconds(90)) }
            kill(getpid(), SIGINT)
            await pausing.value
            await interrupt.pause(for: .seconds(90))
            let isRight = interrupt.isWanted && .now - begin < .seconds(60) && errors.read() == "stopping\n"
            exit(isRight ? 7 : 1)
        }
    }

    @Test("The second signal ends the program at once, with the code that shells expect")
    func second() async {
        await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
            let interrupt = await Interrupt()
            kill(getpid(), SIGINT)
            while !interrupt.isWanted { await interrupt.pause(for: .milliseconds(1)) }
            kill(getpid(), SIGTERM)
            try await Task.sleep(for: .seconds(60))
        }
    }

    @Test("Without a signal a pause lasts as long as it should, or until its task is cancelled")
    func undisturbed() async {
        await #expect(processExitsWith: .success) {
            let interrupt = await Interrupt()
            let begin = ContinuousClock.now
            await interrupt.pause(for: .milliseconds(50))
            let task = Task { await interrupt.pause(for: .seconds(90)) }
            task.cancel()
            await task.value
            let span = ContinuousClock.now - begin
            exit(span >= .milliseconds(50) && span < .seconds(60) && !interrupt.isWanted ? 0 : 1)
        }
    }
}
