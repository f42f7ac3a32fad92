-- What became of letters about subjects, the newest first. $1 kinds  $2 ids  $3 whose letters; NULL is everybody's  $4 their arguments  $5 most
SELECT h.at, h.job_id, h.claim_no, h.attempt, h.kind, h.subject_kind, h.subject_id, h.audience, h.gen, h.outcome, h.final, h.stage, h.code,
       h.enhanced, h.reply, h.queue_id, h.tls, h.reason, h.message_id
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]::jsonb[]) AS u(subject_kind, subject_id, audience, args)) AS n
JOIN holdfast.history h ON h.subject_id = n.subject_id AND h.subject_kind = n.subject_kind AND h.audience = coalesce(n.audience, h.audience)
  AND h.args @> n.args
ORDER BY h.at DESC, h.job_id DESC LIMIT $5::int
