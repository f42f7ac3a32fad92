package import FoundationEssentials

/// A value bound to a statement, sent in PostgreSQL's binary format with its type.
///
/// The server sees exactly the type named here. Where SQL needs another one, such as an enum or `citext`, write a
/// cast: `$1::text::holdfast.job_state`. Array elements may be NULL.
package enum Parameter: Sendable {
    /// NULL of whatever type the server infers.
    case null
    /// `boolean`.
    case bool(Bool)
    /// `smallint`.
    case int2(Int16)
    /// `integer`.
    case int4(Int32)
    /// `bigint`.
    case int8(Int64)
    /// `double precision`.
    case double(Double)
    /// `text`; a NUL character is refused, as PostgreSQL cannot store it.
    case text(String)
    /// `uuid`.
    case uuid(UUID)
    /// `timestamptz`, rounded to microseconds; `.distantFuture` and `.distantPast` are `infinity` and `-infinity`.
    case timestamptz(Date)
    /// `interval` in seconds, cut to microseconds; the server never reads days or months into it.
    case interval(Duration)
    /// `bytea`.
    case bytea([UInt8])
    /// `jsonb`; the server checks the text.
    case jsonb(String)
    /// `boolean[]`.
    case boolArray([Bool?])
    /// `smallint[]`.
    case int2Array([Int16?])
    /// `integer[]`.
    case int4Array([Int32?])
    /// `bigint[]`.
    case int8Array([Int64?])
    /// `text[]`.
    case textArray([String?])
    /// `uuid[]`.
    case uuidArray([UUID?])
    /// `timestamptz[]`.
    case timestamptzArray([Date?])
    /// `interval[]`.
    case intervalArray([Duration?])

    /// The parameter for a value that may be missing: `.optional(name, Parameter.text)`.
    package static func optional<Value>(_ value: Value?, _ make: (Value) -> Parameter) -> Parameter {
        value.map(make) ?? .null
    }

    var type: DataType {
        switch self {
        case .null: .inferred
        case .bool: .bool
        case .int2: .int2
        case .int4: .int4
        case .int8: .int8
        case .double: .float8
        case .text: .text
        case .uuid: .uuid
        case .timestamptz: .timestamptz
        case .interval: .interval
        case .bytea: .bytea
        case .jsonb: .jsonb
        case .boolArray: .boolArray
        case .int2Array: .int2Array
        case .int4Array: .int4Array
        case .int8Array: .int8Array
        case .textArray: .textArray
        case .uuidArray: .uuidArray
        case .timestamptzArray: .timestamptzArray
        case .intervalArray: .intervalArray
        }
    }
}
