import Postgres

extension Statement {
    /// The row that says which operator did what.
    static func audit(operator name: String, action: String, target: String, reason: String?) -> Statement {
        Statement("audit", SQL.audit, [.text(name), .text(action), .text(target), .optional(reason, Parameter.text)])
    }
}
