-- Owes a letter again and says what stands against it; the caller judges the new one and rolls back what is not to be.
-- $1 the letter's job  $2 operator  $3 reason  $4 request  $5 action  $6 with new links only?  $7 to a suppressed address too?
SELECT r.job_id, r.done_job_id, r.is_other, r.open_job_id, r.open_state, r.open_run_at, r.free_at, coalesce(r.is_daily, false) AS is_daily,
       coalesce(r.stopped, false) AS stopped, r.subject_left, r.address_left
FROM holdfast.resend($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::boolean, $7::boolean) AS r
