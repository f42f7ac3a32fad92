-- What is owed about subjects, the next first. $1 kinds  $2 ids  $3 whose letters; NULL is everybody's  $4 their arguments  $5 most
SELECT j.id, j.kind, j.subject_kind, j.subject_id, j.audience, j.state::text AS state, j.run_at, j.due_before_hold, j.expires_at, j.created_at,
       j.attempts, j.crashes, j.claim_no, j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL AS in_doubt,
       EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (j.kind, '*')) AS stopped
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]::jsonb[]) AS u(subject_kind, subject_id, audience, args)) AS n
JOIN holdfast.job j ON j.subject_id = n.subject_id AND j.subject_kind = n.subject_kind AND j.audience = coalesce(n.audience, j.audience)
  AND j.args @> n.args
ORDER BY coalesce(j.due_before_hold, j.run_at), j.id LIMIT $5::int
