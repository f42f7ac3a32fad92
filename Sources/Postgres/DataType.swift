/// A type's object identifier on the wire; the built-in ones never change (PostgreSQL's pg_type.dat).
package struct DataType: RawRepresentable, Hashable, Sendable {
    /// The OID; 0 leaves the choice to the server.
    package let rawValue: UInt32

    /// Wraps an OID.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    static let inferred = DataType(rawValue: 0)
    static let bool = DataType(rawValue: 16)
    static let bytea = DataType(rawValue: 17)
    static let name = DataType(rawValue: 19)
    static let int8 = DataType(rawValue: 20)
    static let int2 = DataType(rawValue: 21)
    static let int4 = DataType(rawValue: 23)
    static let text = DataType(rawValue: 25)
    static let oid = DataType(rawValue: 26)
    static let json = DataType(rawValue: 114)
    static let float4 = DataType(rawValue: 700)
    static let float8 = DataType(rawValue: 701)
    static let unknown = DataType(rawValue: 705)
    static let boolArray = DataType(rawValue: 1000)
    static let int2Array = DataType(rawValue: 1005)
    static let int4Array = DataType(rawValue: 1007)
    static let textArray = DataType(rawValue: 1009)
    static let int8Array = DataType(rawValue: 1016)
    static let blankPaddedText = DataType(rawValue: 1042)
    static let varchar = DataType(rawValue: 1043)
    static let timestamptz = DataType(rawValue: 1184)
    static let timestamptzArray = DataType(rawValue: 1185)
    static let interval = DataType(rawValue: 1186)
    static let intervalArray = DataType(rawValue: 1187)
    static let uuid = DataType(rawValue: 2950)
    static let uuidArray = DataType(rawValue: 2951)
    static let jsonb = DataType(rawValue: 3802)

    /// Whether cells of this type are arrays: the built-in ones that decode, or possibly a user-defined one.
    var mayBeArray: Bool {
        Self.arrays.contains(self) || isUserDefined
    }

    // Also: char[] (1014), varchar[] (1015), name[] (1003), oid[] (1028), real[] (1021), double precision[] (1022),
    // json[] (199), jsonb[] (3807) and bytea[] (1001).
    private static let arrays: Set<DataType> =
        Set([199, 1001, 1003, 1014, 1015, 1021, 1022, 1028, 3807].map(DataType.init(rawValue:)))
        .union([boolArray, int2Array, int4Array, textArray, int8Array, timestamptzArray, intervalArray, uuidArray])

    /// Types made by CREATE TYPE or an extension have OIDs from here on (FirstNormalObjectId).
    var isUserDefined: Bool { rawValue >= 16384 }
}
