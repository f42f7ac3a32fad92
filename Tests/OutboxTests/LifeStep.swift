import Testing

/// One row of the table of a reservation's letters: what is written to one that is there, and what comes to be owed.
struct LifeStep: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Columns of the reservation before the step; nil where the step is its insertion.
    var from: [String: String]?
    /// The columns the step writes.
    let step: [String: String]
    /// What is owed afterwards, as `House.letters` writes it.
    let owes: [String]

    static let hold: [String: String] = [:]
    /// For 2027-03-08 18:00 UTC, a week and an hour from now: 10 o'clock in the morning where the client lives.
    static let appointment = ["state": "'confirmed'", "client_id": "'\(House.client)'", "changed_by": "'client'"]
    static let reminders = [
        "appointment.reminder 48 client 1 03-06 18:00:00 03-07 17:00",
        // T-3 h is 7 o'clock in the morning: it moves to 21:00 of the evening before.
        "appointment.reminder 3 client 1 03-08 05:00:00 03-08 17:45",
    ]
    static let elsewhen = [
        "starts_at": "starts_at + interval '1 day'", "ends_at": "ends_at + interval '1 day'",
    ]
    /// The reminders of the appointment a day later, in its second generation.
    static let laterReminders = [
        "appointment.reminder 48 client 2 03-07 18:00:00 03-08 17:00",
        "appointment.reminder 3 client 2 03-09 05:00:00 03-09 17:45",
    ]

    init(
        _ rule: String, from: [String: String]? = nil, _ step: [String: String], owes: [String]
    ) {
        testDescription = rule
        self.from = from
        self.step = step
        self.owes = owes
    }

    static let holds = [
        LifeStep(
            "a hold: confirmation at once, nudge at two thirds", hold,
            owes: [
                "reservation.confirm invitee 1 03-01 17:00:00 03-04 17:00",
                "reservation.nudge invitee 1 03-03 17:00:00 03-04 16:00",
            ]),
        LifeStep(
            "a hold of less than a day has no nudge", ["hold_expires_at": "'2027-03-02 16:59:59+00'"],
            owes: ["reservation.confirm invitee 1 03-01 17:00:00 03-02 16:59"]),
        LifeStep(
            "a hold of a day: its nudge at 01:00 in Los Angeles moves to the evening before",
            ["hold_expires_at": "'2027-03-02 17:00:00+00'"],
            owes: [
                "reservation.confirm invitee 1 03-01 17:00:00 03-02 17:00",
                "reservation.nudge invitee 1 03-02 05:00:00 03-02 16:00",
            ]),
        LifeStep(
            "an extended hold: both anew", from: hold, ["hold_expires_at": "'2027-03-07 17:00:00+00'"],
            owes: [
                "reservation.confirm invitee 2 03-01 17:00:00 03-07 17:00",
                "reservation.nudge invitee 2 03-05 17:00:00 03-07 16:00",
            ]),
        LifeStep(
            "a moved hold: both anew, until an hour before the new start", from: hold,
            ["starts_at": "'2027-03-03 18:00+00'", "ends_at": "'2027-03-03 18:50+00'"],
            owes: [
                "reservation.confirm invitee 2 03-01 17:00:00 03-03 17:00",
                "reservation.nudge invitee 2 03-03 01:00:00 03-03 16:00",
            ]),
        LifeStep(
            "a hold that the provider withdraws: the invitee is told", from: hold,
            ["state": "'cancelled'", "changed_by": "'provider'"],
            owes: ["reservation.released invitee 2 03-01 17:00:00 03-02 17:00"]),
        LifeStep(
            "a hold that the practice withdraws: the invitee is told", from: hold, ["state": "'cancelled'"],
            owes: ["reservation.released invitee 2 03-01 17:00:00 03-02 17:00"]),
        LifeStep(
            "a hold that the client declines: the provider is told", from: hold,
            ["state": "'cancelled'", "changed_by": "'client'"],
            owes: ["provider.declined provider 2 03-01 17:00:00 03-02 17:00"]),
        LifeStep(
            "a hold that expires: the provider is told", from: hold, ["state": "'expired'", "changed_by": "'client'"],
            owes: ["provider.hold_expired provider 2 03-01 17:00:00 03-02 17:00"]),
    ]

    static let appointments = [
        LifeStep(
            "a hold that the client takes: both are told, two reminders", from: hold, appointment,
            owes: [
                "appointment.confirmed client 1 03-01 17:00:00 03-08 18:00",
                "provider.appointment provider 1 03-01 17:00:00 03-08 18:00",
            ] + reminders),
        LifeStep(
            "a hold that the provider confirms: the client is told", from: hold,
            appointment.merging(["changed_by": "'provider'"]) { $1 },
            owes: ["appointment.confirmed client 1 03-01 17:00:00 03-08 18:00"] + reminders),
        LifeStep(
            "a direct booking: both are told", appointment.merging(["changed_by": "'practice'"]) { $1 },
            owes: [
                "appointment.confirmed client 1 03-01 17:00:00 03-08 18:00",
                "provider.appointment provider 1 03-01 17:00:00 03-08 18:00",
            ] + reminders),
        LifeStep(
            "a direct booking of the provider: the client is told",
            appointment.merging(["changed_by": "'provider'"]) { $1 },
            owes: ["appointment.confirmed client 1 03-01 17:00:00 03-08 18:00"] + reminders),
        LifeStep(
            "no reminder two days before what is booked 60 hours ahead",
            appointment.merging(["starts_at": "'2027-03-04 05:00:00+00'"]) { $1 },
            owes: [
                "appointment.confirmed client 1 03-01 17:00:00 03-04 05:00",
                "provider.appointment provider 1 03-01 17:00:00 03-04 05:00",
                "appointment.reminder 3 client 1 03-04 02:00:00 03-04 04:45",
            ]),
        LifeStep(
            "one second more, and there is",
            appointment.merging(["starts_at": "'2027-03-04 05:00:01+00'"]) { $1 },
            owes: [
                "appointment.confirmed client 1 03-01 17:00:00 03-04 05:00",
                "provider.appointment provider 1 03-01 17:00:00 03-04 05:00",
                // 21:00:01 in Los Angeles.
                "appointment.reminder 48 client 1 03-02 05:00:00 03-03 04:00",
                "appointment.reminder 3 client 1 03-04 02:00:01 03-04 04:45",
            ]),
        LifeStep(
            "no reminder at all of what is booked four hours ahead",
            appointment.merging(["starts_at": "'2027-03-01 21:00:00+00'"]) { $1 },
            owes: [
                "appointment.confirmed client 1 03-01 17:00:00 03-01 21:00",
                "provider.appointment provider 1 03-01 17:00:00 03-01 21:00",
            ]),
        LifeStep(
            "what is written into the book afterwards owes nothing",
            appointment.merging(["starts_at": "'2027-03-01 17:00:00+00'"]) { $1 }, owes: []),
        LifeStep(
            "neither does what is written as held, missed or ended",
            appointment.merging(["state": "'completed'"]) { $1 }, owes: []),
    ]

    static let changes = [
        LifeStep(
            "another time, by the client: both are told in a minute, reminders anew", from: appointment, elsewhen,
            owes: [
                "appointment.changed client 2 03-01 17:01:00 03-09 18:00",
                "provider.appointment provider 2 03-01 17:01:00 03-09 18:00",
            ] + laterReminders),
        LifeStep(
            "another time, by the provider: the client is told", from: appointment,
            elsewhen.merging(["changed_by": "'provider'"]) { $1 },
            owes: ["appointment.changed client 2 03-01 17:01:00 03-09 18:00"] + laterReminders),
        LifeStep(
            "another place: the same, and links go on working", from: appointment, ["place": "'phone'"],
            owes: [
                "appointment.changed client 1 03-01 17:01:00 03-08 18:00",
                "provider.appointment provider 1 03-01 17:01:00 03-08 18:00",
            ] + reminders),
        LifeStep(
            "another length: the same", from: appointment, ["ends_at": "ends_at + interval '10 minutes'"],
            owes: [
                "appointment.changed client 1 03-01 17:01:00 03-08 18:00",
                "provider.appointment provider 1 03-01 17:01:00 03-08 18:00",
            ] + reminders),
        LifeStep(
            "links made void by hand: the client is told again", from: appointment,
            ["link_gen": "link_gen + 1", "changed_by": "'provider'"],
            owes: ["appointment.changed client 2 03-01 17:01:00 03-08 18:00"]
                + reminders.map { $0.replacing("client 1", with: "client 2") }),
        LifeStep(
            "what no reader is told owes nothing", from: appointment, ["series_id": "gen_random_uuid()"], owes: []),
        LifeStep(
            "another time is asked for: the client is told, and the one that stands stays", from: appointment,
            ["reschedule_requested_at": "holdfast.clock()"],
            owes: ["appointment.reschedule_request client 1 03-01 17:00:00 03-08 18:00"]),
        LifeStep(
            "of a hold nobody asks for another time", from: hold, ["reschedule_requested_at": "holdfast.clock()"],
            owes: []),
    ]

    static let ends = [
        LifeStep(
            "cancelled by the client: both are told in a minute", from: appointment, ["state": "'cancelled'"],
            owes: [
                "appointment.cancelled client 2 03-01 17:01:00 03-08 18:50",
                "provider.cancelled provider 2 03-01 17:01:00 03-08 18:50",
            ]),
        LifeStep(
            "cancelled by the practice: both are told", from: appointment,
            ["state": "'cancelled'", "changed_by": "'practice'"],
            owes: [
                "appointment.cancelled client 2 03-01 17:01:00 03-08 18:50",
                "provider.cancelled provider 2 03-01 17:01:00 03-08 18:50",
            ]),
        LifeStep(
            "cancelled by the provider: the client is told", from: appointment,
            ["state": "'cancelled'", "changed_by": "'provider'"],
            owes: ["appointment.cancelled client 2 03-01 17:01:00 03-08 18:50"]),
        LifeStep(
            "cancelled when it is over: there is an hour to say so",
            from: appointment.merging(["starts_at": "'2027-03-01 16:00:00+00'"]) { $1 }, ["state": "'cancelled'"],
            owes: [
                "appointment.cancelled client 2 03-01 17:01:00 03-01 18:00",
                "provider.cancelled provider 2 03-01 17:01:00 03-01 18:00",
            ]),
        LifeStep("held: nothing is owed", from: appointment, ["state": "'completed'"], owes: []),
        LifeStep("missed: nothing is owed", from: appointment, ["state": "'no_show'"], owes: []),
        LifeStep(
            "a correction of whether somebody came: nothing is owed",
            from: appointment.merging(["state": "'no_show'"]) { $1 }, ["state": "'completed'"], owes: []),
    ]
}
