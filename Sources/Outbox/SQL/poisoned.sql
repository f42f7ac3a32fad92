-- Letters that brought workers down and were not owed again since, the newest first. $1 a job, or NULL  $2 a request that is none, or NULL
-- $3 most
SELECT h.at, h.job_id, h.claim_no, h.attempt, h.kind, h.subject_kind, h.subject_id, h.audience, h.gen, h.outcome, h.final, h.stage, h.code,
       h.enhanced, h.reply, h.queue_id, h.tls, h.reason, h.message_id
FROM holdfast.history h
WHERE h.outcome = 'poison' AND h.job_id = coalesce($1::bigint, h.job_id)
  AND NOT EXISTS (SELECT FROM holdfast.audit a WHERE a.subject_id = h.subject_id AND a.action IN ('resend', 'poison requeue')
                  AND a.detail -> 'origin' = to_jsonb(h.job_id) AND (a.request_id = $2::text) IS NOT TRUE)
ORDER BY h.at DESC LIMIT $3::int
