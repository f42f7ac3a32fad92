import Foundation
import Postgres
import Testing

@testable import Outbox

@Suite("Whom an operator suppresses")
struct SuppressionsTests {
    @Test("added and lifted, with a line in the audit that names nobody and is found by the address all the same")
    func addAndRemove() async throws {
        try await withHouse { (house: House) async throws in
            let list = Suppressions(house.connection)
            #expect(try await list.add(Suppression("Zoe@Example.org"), House.note()) == .added)
            #expect(try await list.add(Suppression("zoe@example.org"), House.note()) == .stands)
            #expect(try await list.add(Suppression("zoe@example.org", .task), House.note()) == .added)
            #expect(try await all(house) == ["z…@example.org all manual", "z…@example.org task manual"])
            #expect(try await list.of("ZOE@example.org").map(\.appliesTo) == [.all, .task])
            #expect(try await list.of("z@example.org").isEmpty)
            #expect(try await list.first(1).map(\.appliesTo) == [.all])
            #expect(try await list.remove("ZOE@example.org", .task, House.note()).reasons == [.task: .manual])
            #expect(try await list.remove("zoe@example.org", nil, House.note()).reasons == [.all: .manual])
            #expect(try await list.remove("zoe@example.org", nil, House.note()).reasons == [:])
            let audit = try await house.lines("SELECT a::text FROM holdfast.audit a WHERE action LIKE 'suppressions%'")
            #expect(audit.count == 5)
            let text = audit.joined().lowercased()
            for word in ["zoe", "@", "z…", "example"] { #expect(!text.contains(word), "\(word)") }
            // Nor by what anybody could work out of a name.
            #expect(
                try await house.count(
                    "holdfast.audit WHERE detail ->> 'address' = encode(sha256('zoe@example.org'), 'hex')") == 0)
            #expect(
                try await house.count(
                    "holdfast.audit WHERE detail ->> 'address' = holdfast.digest_of_address('ZOE@example.org')") == 5)
        }
    }

    @Test("what stands gets longer and never shorter, binds more and never less, and what has lapsed begins anew")
    func stands() async throws {
        try await withHouse { (house: House) async throws in
            let list = Suppressions(house.connection)
            let (soon, late) = (Date(timeIntervalSince1970: 1_900_000_000), Date(timeIntervalSince1970: 2_000_000_000))
            for (entry, answer) in [
                (Suppression("a@example.org", until: soon), Suppressions.Answer.added),
                (Suppression("a@example.org", until: late), .changed),
                (Suppression("a@example.org", until: soon), .stands),
                (Suppression("a@example.org"), .changed), (Suppression("a@example.org", until: late), .stands),
                (Suppression("b@example.org", reason: .complaint, until: soon), .added),
                (Suppression("b@example.org"), .changed), (Suppression("b@example.org", reason: .optOut), .stands),
                (Suppression("c@example.org", reason: .optOut), .added),
                (Suppression("c@example.org", reason: .manual), .stands),
                (Suppression("c@example.org", reason: .complaint, until: soon), .changed),
            ] {
                #expect(try await list.add(entry, House.note()) == answer)
            }
            #expect(
                try await house.lines("SELECT left(address, 1), reason, until FROM holdfast.suppression ORDER BY 1")
                    == ["(a,manual,)", "(b,complaint,)", "(c,complaint,)"])
            try await house.run("UPDATE holdfast.suppression SET until = holdfast.clock()")
            #expect(try await list.add(Suppression("b@example.org", until: late), House.note()) == .added)
            #expect(try await house.count("holdfast.suppression WHERE reason = 'manual' AND until > '2030-01-01'") == 1)
        }
    }

    @Test("a list is taken whole, in its order, and exported in batches as it was")
    func importAndExport() async throws {
        try await withHouse { (house: House) async throws in
            let text = """
                address,class,until,reason
                d@example.org,task,2027-05-01,manual
                # left over from before
                c@example.org,,2027-05-01T10:00:00Z,opt_out

                Ünal@example.org
                """
            let list = try SuppressionList(text)
            let answers = try await Suppressions(house.connection).add(list, House.note("r"))
            #expect(answers == [.added, .added, .added])
            #expect(
                try await Suppressions(house.connection).add(list, House.note("r")) == [
                    .doneBefore, .doneBefore, .doneBefore,
                ])
            #expect(try await Suppressions(house.connection).add(list, House.note()) == [.stands, .stands, .stands])
            var batches: [[String]] = []
            try await Suppressions(house.connection).forEachBatch(of: 2) { batch in
                batches.append(
                    batch.map {
                        "\($0.address.unmasked) \($0.appliesTo) \($0.reason) \($0.until?.timeIntervalSince1970 ?? 0)"
                    })
            }
            #expect(
                batches == [
                    ["c@example.org all optOut \(Self.day + 36_000)", "d@example.org task manual \(Self.day)"],
                    ["ünal@example.org all manual 0.0"],
                ])
        }
    }

    @Test(
        "under one request another reason is another wish, and another end is none: in 30 days moves on while it is said"
    )
    func otherWish() async throws {
        try await withHouse { (house: House) async throws in
            let list = Suppressions(house.connection)
            let until = Date(timeIntervalSince1970: 1_900_000_000)
            #expect(try await list.add(Suppression("a@example.org", until: until), House.note("r")) == .added)
            #expect(try await list.add(Suppression("a@example.org", until: until), House.note("r")) == .doneBefore)
            let later = Suppression("a@example.org", until: until + 7)
            #expect(try await list.add(later, House.note("r")) == .doneBefore)
            #expect(
                try await house.lines(
                    "SELECT (detail ->> 'until')::timestamptz = '2030-03-17 17:46:40Z' FROM holdfast.audit WHERE request_id = 'r'"
                )
                    == ["(t)"])
            #expect(try await list.add(Suppression("a@example.org", reason: .complaint), House.note("r")) == .changed)
            let first = try SuppressionList("b@example.org,all,2027-05-01"),
                second = try SuppressionList("b@example.org,all,2027-06-01")
            #expect(try await list.add(first, House.note("r")) == [.added])
            #expect(try await list.add(second, House.note("r")) == [.changed])
        }
    }

    @Test("what was lifted under a request is lifted once: what stands since then is told to stand")
    func liftedBefore() async throws {
        try await withHouse { (house: House) async throws in
            let list = Suppressions(house.connection)
            _ = try await list.add(Suppression("a@example.org"), House.note())
            let lifted = try await list.remove("a@example.org", nil, House.note("r"))
            #expect(lifted == Suppressions.Lifted(reasons: [.all: .manual], isBefore: false))
            #expect(try await list.add(Suppression("a@example.org"), House.note()) == .added)
            #expect(
                try await list.remove("a@example.org", nil, House.note("r"))
                    == Suppressions.Lifted(reasons: [.all: .manual], isBefore: true))
            #expect(try await list.of("a@example.org").count == 1)
        }
    }

    /// The first of May 2027, UTC.
    private static let day = 1_809_129_600.0

    @Test("a list with mistakes is not taken at all: each is told by its line, and no line is quoted")
    func mistakes() throws {
        let text = """
            good@example.org
            secret person@example.org
            no-address
            a@example.org,none
            b@example.org,all,tomorrow
            c@example.org,all,,because
            Good@Example.org,all
            d@example.org,all,,manual,more
            e@@example.org
            """
        let error = #expect(throws: OperatorError.self) { try SuppressionList(text) }
        guard case .unusableList(let problems) = error else {
            Issue.record("it was taken")
            return
        }
        #expect(problems.map(\.line) == [2, 3, 4, 5, 6, 7, 8, 9])
        #expect(problems[5].sentence.contains("line 1"))
        for word in ["secret", "person", "none", "because", "tomorrow"] {
            #expect(error?.description.contains("\(word)@") == false && error?.description.contains("secret") == false)
        }
    }

    @Test("a list may have a hundred thousand lines, whether or not the last one is ended")
    func mostLines() throws {
        let full = Array(repeating: "# away", count: SuppressionList.mostLines).joined(separator: "\n")
        for text in [full, full + "\n", full + "\r\n"] { #expect(try SuppressionList(text).entries.isEmpty) }
        for text in [full + "\n# away", full + "\n\n"] {
            let error = #expect(throws: OperatorError.self) { try SuppressionList(text) }
            #expect(error?.description.contains("line 100001: a list has at most 100000 lines") == true)
        }
    }

    @Test("what would be over at once by the queue's clock is told by its line, and nothing is taken")
    func pastList() async throws {
        try await withHouse { (house: House) async throws in
            // The house's clock stands at 2027-03-01 17:00.
            let text =
                "a@example.org\n\nb@example.org,all,2027-03-01T17:00:00Z\nc@example.org,,2027-03-01T17:00:01Z\nd@example.org,,2020-01-01"
            let error = await #expect(throws: OperatorError.self) {
                try await Suppressions(house.connection).add(try SuppressionList(text), House.note())
            }
            guard case .unusableList(let problems) = error else {
                Issue.record("it was taken: \(String(describing: error))")
                return
            }
            #expect(problems.map(\.line) == [3, 5])
            #expect(try await house.count("holdfast.suppression") == 0)
        }
    }

    @Test("what is over binds nobody, and is told nowhere")
    func over() async throws {
        try await withHouse { (house: House) async throws in
            let list = Suppressions(house.connection)
            _ = try await list.add(Suppression("a@example.org"), House.note())
            try await house.run("UPDATE holdfast.suppression SET until = holdfast.clock() + interval '1 second'")
            #expect(try await list.of("a@example.org").count == 1)
            try await house.run("UPDATE holdfast.suppression SET until = holdfast.clock()")
            #expect(try await list.of("a@example.org").isEmpty)
            #expect(try await list.first(9).isEmpty)
            #expect(try await all(house).isEmpty)
        }
    }

    @Test("an error half-way through a list leaves nothing of it")
    func allOrNothing() async throws {
        try await withHouse { (house: House) async throws in
            try await house.run("ALTER TABLE holdfast.suppression ADD CHECK (address <> 'c@example.org')")
            let list = try SuppressionList("a@example.org\nb@example.org\nc@example.org")
            let error = await #expect(throws: PostgresError.self) {
                try await Suppressions(house.connection).add(list, House.note())
            }
            #expect(error?.description.contains("c@example") == false)
            #expect(try await house.count("holdfast.suppression") == 0)
            #expect(try await house.count("holdfast.audit WHERE action LIKE 'suppressions%'") == 0)
        }
    }

    @Test("of one request that comes twice at once, the second finds what the first did", arguments: ["add", "remove"])
    func twiceAtOnce(_ what: String) async throws {
        try await withHouse { (house: House) async throws in
            try await house.run("INSERT INTO holdfast.suppression (address, reason) VALUES ('a@example.org', 'manual')")
            let first =
                what == "add"
                ? "suppress('{b@example.org}', '{all}', '{NULL}', '{manual}', 'suppressions add', 'an address, all', 'ada', 'x', 'r')"
                : "unsuppress('a@example.org', NULL, 'an address, every class', 'ada', 'x', 'r')"
            let done = try await house.while("SELECT FROM holdfast.\(first)") { other in
                let list = Suppressions(other)
                if what == "add" {
                    return try await list.add(Suppression("b@example.org"), House.note("r")) == .doneBefore
                }
                return try await list.remove("a@example.org", nil, House.note("r"))
                    == Suppressions.Lifted(reasons: [.all: .manual], isBefore: true)
            }
            #expect(done)
            #expect(try await house.lines("SELECT operator FROM holdfast.audit WHERE request_id = 'r'") == ["(ada)"])
        }
    }

    @Test("an address prints as its first letter and its domain, however it is printed")
    func masks() {
        for (address, mask) in [
            ("zoe@example.org", "z…@example.org"), ("z@example.org", "z…@example.org"),
            ("ünal@x.example", "ü…@x.example"),
            ("no address", "…"), ("@x.example", "…"), ("", "…"), ("a@b@c.example", "a…@c.example"),
        ] {
            let masked = MaskedAddress(address)
            var dumped = ""
            dump(masked, to: &dumped)
            for text in ["\(masked)", String(describing: masked), String(reflecting: masked)] { #expect(text == mask) }
            #expect(!dumped.contains("zoe@") && masked.unmasked == address)
        }
    }

    private func all(_ house: House) async throws -> [String] {
        var lines: [String] = []
        try await Suppressions(house.connection).forEachBatch { batch in
            lines += batch.map { "\($0.address) \($0.appliesTo.rawValue) \($0.reason.rawValue)" }
        }
        return lines
    }
}
