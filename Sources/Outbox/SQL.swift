/// The text of every statement, one `.sql` file each, embedded in the program.
enum SQL {
    static let claim = text(PackageResources.claim_sql)
    static let issueLinks = text(PackageResources.issue_links_sql)
    static let claimedJobs = text(PackageResources.claimed_jobs_sql)
    static let claimedLinks = text(PackageResources.claimed_links_sql)
    static let reservationFacts = text(PackageResources.reservation_facts_sql)
    static let signupTaskFacts = text(PackageResources.signup_task_facts_sql)
    static let settle = text(PackageResources.settle_sql)
    static let release = text(PackageResources.release_sql)
    static let putBack = text(PackageResources.put_back_sql)
    static let rekeyLinks = text(PackageResources.rekey_links_sql)
    static let nextDue = text(PackageResources.next_due_sql)
    static let registerWorker = text(PackageResources.register_worker_sql)
    static let renewLease = text(PackageResources.renew_lease_sql)
    static let removeWorker = text(PackageResources.remove_worker_sql)
    static let rescue = text(PackageResources.rescue_sql)
    static let reportBounce = text(PackageResources.report_bounce_sql)
    static let schemaStatus = text(PackageResources.schema_status_sql)
    static let installation = text(PackageResources.installation_sql)
    static let adopt = text(PackageResources.adopt_sql)
    static let signingKeys = text(PackageResources.signing_keys_sql)
    static let addSigningKey = text(PackageResources.add_signing_key_sql)
    static let retireSigningKey = text(PackageResources.retire_signing_key_sql)
    static let activateSigningKey = text(PackageResources.activate_signing_key_sql)
    static let audit = text(PackageResources.audit_sql)

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
