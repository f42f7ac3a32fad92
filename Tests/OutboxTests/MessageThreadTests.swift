import Foundation
import Postgres
import Testing

@Suite("Letters about secure messages")
struct MessageThreadTests {
    @Test(
        "an unread message is told of after a quarter of an hour, to the side that has not read it",
        arguments: ["client", "provider"])
    func owed(reader: String) async throws {
        try await withHouse { house in
            let id = try await house.converse()
            #expect(try await house.count("holdfast.job") == 0)
            try await house.run(
                "UPDATE booking.message_thread SET unread_by_\(reader)_since = '2027-03-01 16:58:30+00'")
            let job = try await house.line(
                """
                SELECT kind, audience, subject_kind, subject_id = $1, subject_gen, run_at::text, expires_at::text, dedupe_key = $2
                FROM holdfast.job
                """, [.uuid(id), .text("message.new:\(id.uuidString.lowercased()):\(reader):1803920310")])
            #expect(
                job
                    == #"(message.new,\#(reader),message_thread,t,1,"2027-03-01 17:13:30+00","2027-03-02 17:13:30+00",t)"#
            )
        }
    }

    @Test("a conversation that begins with a message is told of, too")
    func owedAtBirth() async throws {
        try await withHouse { house in
            try await house.converse(["unread_by_client_since": "holdfast.clock()"])
            #expect(try await house.lettersOfPeople() == [#"(message.new,client,"{""audience"": ""client""}")"#])
        }
    }

    @Test("messages that follow are one notice with the first, whatever the application writes")
    func coalesced() async throws {
        try await withHouse { house in
            try await house.converse(["unread_by_client_since": "holdfast.clock()"])
            for minute in 1...20 {
                try await house.setClock("2027-03-01 17:\(minute < 10 ? "0" : "")\(minute):00+00")
                try await house.run("UPDATE booking.message_thread SET unread_by_client_since = holdfast.clock()")
            }
            #expect(try await house.lines("SELECT run_at::text FROM holdfast.job") == [#"("2027-03-01 17:15:00+00")"#])
            #expect(
                try await house.line("SELECT unread_by_client_since::text FROM booking.message_thread")
                    == #"("2027-03-01 17:00:00+00")"#)
        }
    }

    @Test("what is read is told of no more; the other side's notice stays, and a later message has its own")
    func read() async throws {
        try await withHouse { house in
            try await house.converse([
                "unread_by_client_since": "holdfast.clock()", "unread_by_provider_since": "holdfast.clock()",
            ])
            try await house.run("UPDATE booking.message_thread SET unread_by_client_since = NULL")
            #expect(try await house.lines("SELECT audience FROM holdfast.job") == ["(provider)"])
            #expect(try await house.withdrawn() == [#"(message.new,"cancelled by the application")"#])
            try await house.setClock("2027-03-01 17:10:00+00")
            try await house.run("UPDATE booking.message_thread SET unread_by_client_since = holdfast.clock()")
            #expect(
                try await house.lines("SELECT audience, run_at::text FROM holdfast.job ORDER BY id")
                    == [#"(provider,"2027-03-01 17:15:00+00")"#, #"(client,"2027-03-01 17:25:00+00")"#])
        }
    }

    @Test("a message of the future is one of now", arguments: ["'infinity'", "holdfast.clock() + interval '1 year'"])
    func future(instant: String) async throws {
        try await withHouse { house in
            try await house.converse(["unread_by_provider_since": instant])
            #expect(try await house.lines("SELECT run_at::text FROM holdfast.job") == [#"("2027-03-01 17:15:00+00")"#])
        }
    }
}
