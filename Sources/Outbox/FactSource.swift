import Notifications
import Postgres

/// One kind of subject: the statement that reads what is true of it, and what its rows mean.
struct FactSource: Sendable {
    let name: String
    let sql: String
    let read: @Sendable (Row) throws -> Facts

    /// Every kind of subject a letter can be about.
    static let all = [
        FactSource(name: "reservation_facts", sql: SQL.reservationFacts) { .reservation(try ReservationFacts($0)) },
        FactSource(name: "signup_task_facts", sql: SQL.signupTaskFacts) { .signupTask(try SignupTaskFacts($0)) },
        FactSource(name: "series_facts", sql: SQL.seriesFacts) { .series(try SeriesFacts($0)) },
        FactSource(name: "client_facts", sql: SQL.clientFacts) { .client(try ClientFacts($0)) },
        FactSource(name: "invitation_facts", sql: SQL.invitationFacts) { .invitation(try InvitationFacts($0)) },
        FactSource(name: "message_thread_facts", sql: SQL.messageThreadFacts) {
            .messageThread(try MessageThreadFacts($0))
        },
        FactSource(name: "account_facts", sql: SQL.accountFacts) { .account(try AccountFacts($0)) },
    ]

    /// The facts of each job.
    ///
    /// A row that cannot be read is its own job's trouble: the claim is committed, and the others go on.
    func facts(_ rows: Rows) throws -> [Int64: Facts] {
        var facts: [Int64: Facts] = [:]
        for row in rows {
            let job = try row.decode("job_id", as: Int64.self)
            do {
                facts[job] = try read(row)
            } catch let error as MalformedFact {
                facts[job] = .malformed(error)
            } catch let error as PostgresError {
                facts[job] = .malformed(MalformedFact(error.description))
            }
        }
        return facts
    }
}
