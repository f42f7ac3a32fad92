import Foundation
import Postgres
import Testing

@Suite("Letters about check-ins, and what a client's state withdraws")
struct CheckinTests {
    @Test("a request to end check-ins goes to the provider of the client's newest time")
    func request() async throws {
        try await withHouse { house in
            try await house.run(
                """
                INSERT INTO booking.provider (id, display_name, email, tz, booking_slug)
                VALUES ('00000000-0000-4000-8000-00000000000b', 'B', 'b@practice.example', 'UTC', 'bbb')
                """)
            let newest = "'00000000-0000-4000-8000-00000000000b'"
            try await house.appoint(["starts_at": "'2027-02-01 18:00+00'", "state": "'completed'"])
            try await house.appoint([
                "starts_at": "'2027-02-20 18:00+00'", "state": "'no_show'", "provider_id": newest,
            ])
            // Cancelled, and a hold: neither tells who looks after the client.
            try await house.appoint(["state": "'cancelled'"])
            try await house.reserve(["starts_at": "'2027-03-09 18:00+00'", "client_id": "'\(House.client)'"])
            try await house.clearQueue()
            try await house.updateClient("checkins = 'off_requested'")
            let job = try await house.line(
                "SELECT kind, audience, subject_kind, subject_id, args ->> 'provider_id' AS provider FROM holdfast.job")
            #expect(
                job == "(checkin.optout_requested,provider,client,\(House.client),00000000-0000-4000-8000-00000000000b)"
            )
        }
    }

    @Test("without any time there is no provider to ask")
    func nobodyToAsk() async throws {
        try await withHouse { house in
            try await house.updateClient("checkins = 'off_requested'")
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test(
        "the decision is told to the client, and a request that has not left is taken back", arguments: ["off", "on"])
    func decision(state: String) async throws {
        try await withHouse { house in
            try await house.appoint()
            try await house.clearQueue()
            try await house.updateClient("checkins = 'off_requested'")
            try await house.owe(
                1, about: try #require(UUID(uuidString: House.client)), kind: "checkin.due", subjectKind: "client")
            try await house.setClock("2027-03-02 17:00:00+00")
            try await house.updateClient("checkins = '\(state)'")
            let decided = #"(checkin.optout_decided,client,"{""approved"": \#(state == "off")}")"#
            // Check-ins go on until a request is approved.
            #expect(
                try await house.lettersOfPeople()
                    == (state == "off" ? [decided] : ["(checkin.due,invitee,{})", decided]))
            let request = #"(checkin.optout_requested,"the request was decided")"#
            let checkin = #"(checkin.due,"check-ins are off")"#
            #expect(try await house.withdrawn() == (state == "off" ? [request, checkin] : [request]))
        }
    }

    @Test("a request is a request each time it is made")
    func requestAgain() async throws {
        try await withHouse { house in
            try await house.appoint()
            try await house.clearQueue()
            for (clock, state) in [("17:00", "off_requested"), ("18:00", "on"), ("19:00", "off_requested")] {
                try await house.setClock("2027-03-02 \(clock):00+00")
                try await house.updateClient("checkins = '\(state)'")
                // All have left.
                try await house.run("DELETE FROM holdfast.job WHERE kind <> 'checkin.optout_requested'")
            }
            #expect(try await house.count("holdfast.job WHERE kind = 'checkin.optout_requested'") == 1)
            #expect(try await house.count("holdfast.dedupe WHERE key LIKE 'checkin.optout_requested:%'") == 1)
        }
    }

    @Test("check-ins end only by a request and a decision on it, and begin again at once")
    func transitions() async throws {
        try await withHouse { house in
            let refused = "UPDATE booking.client SET checkins = 'off'"
            #expect(try await house.refusalState(refused) == "BK026")
            for state in ["off_requested", "off"] { try await house.updateClient("checkins = '\(state)'") }
            #expect(
                try await house.refusalState("UPDATE booking.client SET checkins = 'off_requested'") == "BK026")
            let owed = try await house.count("holdfast.job")
            try await house.updateClient("checkins = 'on'")
            #expect(try await house.count("holdfast.job") == owed)
        }
    }

    @Test(
        "a client who pauses or leaves is sent no optional letters; security and appointments stay",
        arguments: ["paused", "archived"])
    func pause(status: String) async throws {
        try await withHouse { house in
            let client = try #require(UUID(uuidString: House.client))
            for kind in ["task.digest", "checkin.due", "survey.request", "security.notice"] {
                try await house.owe(1, about: client, kind: kind, subjectKind: "client")
            }
            try await house.owe(1, about: UUID(), kind: "appointment.cancelled")
            try await house.updateClient("status = '\(status)'")
            #expect(
                try await house.lines("SELECT kind FROM holdfast.job ORDER BY id")
                    == ["(security.notice)", "(appointment.cancelled)"])
            #expect(
                try await house.withdrawn()
                    == ["task.digest", "checkin.due", "survey.request"].map { #"(\#($0),"the client is not active")"# })
        }
    }
}
