import Testing

@testable import holdfast

@Suite struct TableTests {
    private static var sample: Table {
        var table = Table([
            .number("job"), Table.Column("kind", .cuts(atLeast: 6)), Table.Column("relay said", .cuts(atLeast: 10)),
        ])
        table.append(["7", "reservation.confirm", "250 2.0.0 queued as 4Xk"])
        table.append(["1204", "portal.activate", "550 5.1.1 no such user here"])
        return table
    }

    @Test("With room for everything each column is as wide as its widest cell")
    func natural() {
        let expected = [
            " job  kind                 relay said", "   7  reservation.confirm  250 2.0.0 queued as 4Xk",
            "1204  portal.activate      550 5.1.1 no such user here",
        ]
        #expect(Self.sample.lines(fitting: nil).map(\.text) == expected)
        #expect(Self.sample.lines(fitting: 80).map(\.text) == expected)
    }

    @Test("With too little room the widest column gives way first, and numbers keep their width")
    func narrow() {
        #expect(
            Self.sample.lines(fitting: 36).map(\.text) == [
                " job  kind            relay said", "   7  reservation.c…  250 2.0.0 que…",
                "1204  portal.activa…  550 5.1.1 no …",
            ])
        for limit in 0...80 {
            let lines = Self.sample.lines(fitting: limit)
            #expect(lines.allSatisfy { $0.columns <= limit })
            if limit >= 24 {
                #expect(lines.contains { $0.text.hasPrefix("1204  portal") || $0.text.hasPrefix("1204  po") })
            }
        }
    }

    @Test("Wide characters keep the columns after them in line")
    func wide() {
        var table = Table([Table.Column("name"), Table.Column("state")])
        table.append(["李小龍", "held"])
        table.append(["Zoë", "ready"])
        #expect(table.lines(fitting: 80).map(\.text) == ["name    state", "李小龍  held", "Zoë     ready"])
    }

    @Test("Rows with cells too few or too many, and a table without rows")
    func uneven() {
        var table = Table([Table.Column("a"), Table.Column("b")])
        #expect(table.lines(fitting: 80).map(\.text) == ["a  b"])
        table.append(["1"])
        table.append(["1", "2", "3"])
        #expect(table.lines(fitting: 80).map(\.text) == ["a  b", "1", "1  2"])
    }
}
