-- The next rows of a stretch of history behind one, in order.
-- $1 from  $2 to  $3 time,  $4 job,  $5 claim and  $6 outcome of the row before  $7 most
SELECT h.at, h.job_id, h.claim_no, h.attempt, h.kind, h.subject_kind, h.subject_id, h.audience, h.gen, h.outcome, h.final, h.stage, h.code,
       h.enhanced, h.reply, h.queue_id, h.tls, h.reason, h.message_id
FROM holdfast.history h
WHERE h.at >= greatest($1::timestamptz, $3::timestamptz) AND h.at < $2::timestamptz
  AND (h.at, h.job_id, h.claim_no, h.outcome) > ($3::timestamptz, $4::bigint, $5::bigint, $6::text)
ORDER BY h.at, h.job_id, h.claim_no, h.outcome LIMIT $7::int
