-- The first letter about each of these subjects that was sent again under a request. $1 request  $2 subjects
SELECT DISTINCT ON (a.subject_id) o.job_id, l.kind, l.subject_kind, l.subject_id, l.audience
FROM holdfast.audit a
CROSS JOIN LATERAL (SELECT (a.detail ->> 'origin')::bigint AS job_id) AS o
CROSS JOIN LATERAL holdfast.letter_of(o.job_id) AS l
WHERE a.request_id = $1::text AND a.action = 'resend' AND a.subject_id = ANY ($2::uuid[])
ORDER BY a.subject_id, a.at
