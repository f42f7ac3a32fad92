import FoundationEssentials
import SMTP
import Worker

/// Looks at everything a worker stands on, and changes nothing.
///
/// The settings, this host, the database and the relays are looked at at the same time; each look has a time limit, and
/// none that fails hides another.
enum Doctor {
    /// So long a relay may take for each step: an operator waits for the slowest.
    private static var timers: Timers {
        var timers = Timers()
        timers.connect = .seconds(10)
        timers.greeting = .seconds(30)
        timers.hello = .seconds(15)
        timers.overall = .seconds(45)
        return timers
    }

    /// Examines the installation; the lines are always in the same order.
    static func examine(_ settings: DoctorSettings) async -> [Diagnosis] {
        async let relays = examine(settings.relays)
        let host = HostDoctor(settings)
        let database = await DatabaseDoctor.examine(settings, host)
        return [.settings(settings.problems)] + database + host.diagnoses + (await relays)
    }

    private static func examine(_ relays: [Relay]) async -> [Diagnosis] {
        let results = await RelayCheck.inspect(relays, timers: timers)
        let isAnyOpen = results.contains { if case .success = $0 { true } else { false } }
        return zip(relays, results).enumerated().map { number, looked in
            let check = number == 0 ? "relay" : "relay \(number + 1)"
            return switch looked.1 {
            case .success(let admission): .relay(check, looked.0, admission, now: Date())
            case .failure(let failure): .relay(check, failure, isAnyOpen: isAnyOpen)
            }
        }
    }
}
