import Postgres

extension House {
    /// Until the schema has them: the digest of what a reservation is now, and the cap of an address.
    static func standIns(_ connection: Connection) async throws {
        try await connection.execute(
            """
            DO $do$ BEGIN
              IF to_regprocedure('holdfast.digest_of(text, uuid)') IS NULL THEN
                CREATE FUNCTION holdfast.digest_of(subject_kind text, subject_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
                  SELECT md5(concat_ws('|', r.state, r.starts_at, r.ends_at, r.place, r.place_text, r.provider_id))
                  FROM booking.reservation r WHERE r.id = digest_of.subject_id $$;
                CREATE FUNCTION holdfast.is_over_cap(job_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
                  SELECT EXISTS (SELECT FROM holdfast.job j WHERE j.id = is_over_cap.job_id AND j.args ? 'over') $$;
              END IF;
            END $do$
            """)
    }
}
