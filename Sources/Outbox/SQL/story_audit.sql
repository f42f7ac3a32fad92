-- What operators did about subjects, letters and addresses, the newest first; what was written of several subjects at once is one thing.
-- $1 subjects  $2 jobs  $3 addresses  $4 most
SELECT DISTINCT a.at, a.operator, a.action, a.target, a.reason, a.request_id, a.job_id FROM holdfast.audit a
WHERE a.subject_id = ANY ($1::uuid[]) OR a.job_id = ANY ($2::bigint[])
   OR a.detail ->> 'address' = ANY (ARRAY(SELECT holdfast.digest_of_address(t) FROM unnest($3::text[]) AS t))
ORDER BY a.at DESC LIMIT $4::int
