/// One numbered step of the schema, as it is embedded in the program.
package struct Migration: Sendable {
    /// Its number; steps are applied in this order and never changed once released.
    package let version: Int
    /// What it is called, as in its file's name.
    package let name: String
    /// Belongs to the reference tables in `booking`, which a practice with tables of its own leaves out.
    package let isBooking: Bool
    let sql: String

    /// Every step this program knows.
    package static let all: [Migration] = [
        Migration(1, "holdfast", PackageResources.V001_holdfast_sql),
        Migration(2, "enqueue", PackageResources.V002_enqueue_sql),
        Migration(3, "kinds", PackageResources.V003_kinds_sql),
        Migration(4, "booking", PackageResources.V004_booking_sql, isBooking: true),
        Migration(5, "booking_jobs", PackageResources.V005_booking_jobs_sql, isBooking: true),
        Migration(6, "outcomes", PackageResources.V006_outcomes_sql),
        Migration(7, "bounces", PackageResources.V007_bounces_sql),
        Migration(8, "budget", PackageResources.V008_budget_sql),
        Migration(9, "leases", PackageResources.V009_leases_sql),
        Migration(10, "upkeep", PackageResources.V010_upkeep_sql),
        Migration(11, "notices", PackageResources.V011_notices_sql),
        Migration(12, "people", PackageResources.V012_people_sql, isBooking: true),
        Migration(13, "reservation_life", PackageResources.V013_reservation_life_sql, isBooking: true),
        Migration(14, "people_jobs", PackageResources.V014_people_jobs_sql, isBooking: true),
        Migration(15, "redeem", PackageResources.V015_redeem_sql, isBooking: true),
        Migration(16, "told", PackageResources.V016_told_sql),
        Migration(17, "series", PackageResources.V017_series_sql, isBooking: true),
        Migration(18, "operator", PackageResources.V018_operator_sql),
        Migration(19, "resend", PackageResources.V019_resend_sql),
        Migration(20, "story", PackageResources.V020_story_sql),
        Migration(21, "lookups", PackageResources.V021_lookups_sql, isBooking: true),
    ]

    /// The version a worker of this program needs.
    package static var latest: Int { all.last?.version ?? 0 }

    private init(_ version: Int, _ name: String, _ sql: [UInt8], isBooking: Bool = false) {
        self.version = version
        self.name = name
        self.isBooking = isBooking
        self.sql = String(decoding: sql, as: UTF8.self)
    }
}
