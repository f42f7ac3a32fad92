import ArgumentParser

/// The command `holdfast doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is wrong with this installation, and how to mend it.",
        discussion: """
            Run it where a worker runs, as its user and with its settings. It looks at everything a worker stands on: \
            the settings, the database and what this role may do there, clocks, notifications, the upkeep of the \
            queue, the signing key, the templates, the journal, every relay with its certificate and login. It sends \
            no letter and changes nothing, and prints no address and no secret.

            Each line begins with ok, warn (letters leave, but not as they should) or fail (they do not leave, or \
            will not at the next start). Exit codes: 0 nothing fails; 1 something does; 78 the file that \
            HOLDFAST_CONFIG_FILE names cannot be read.

            Examples:
              holdfast doctor
              holdfast doctor --json
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        var reader = try SettingsReader()
        let diagnoses = await Doctor.examine(DoctorSettings(&reader))
        if json {
            try Terminal.json(DoctorReport(checks: diagnoses))
        } else {
            for line in DoctorPage(diagnoses, columns: Terminal.output.columns).lines { Terminal.print(line) }
        }
        if diagnoses.contains(where: { $0.verdict == .fail }) { throw ExitCode(FailureCode.no.rawValue) }
    }
}

private struct DoctorReport: Encodable {
    let checks: [Diagnosis]
}
