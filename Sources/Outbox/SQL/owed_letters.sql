-- The letters that a filter means, and what would come of an action: first those that it fits, in the order of their numbers.
-- $1 action  $2 kind, or NULL  $3 state, or NULL  $4 what becomes of doubt  $5 most
SELECT j.id AS job_id, j.kind, j.subject_kind, j.subject_id, j.audience, f.answer,
       EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (j.kind, '*')) AS stopped
FROM holdfast.job j CROSS JOIN LATERAL (SELECT holdfast.fits_owed($1::text, j, $4::text) AS answer) AS f
WHERE j.kind = coalesce($2::text, j.kind) AND j.state::text = coalesce($3::text, j.state::text)
ORDER BY f.answer <> 'done', j.id LIMIT $5::int
