-- A job as its first claim would return it. $1 job
SELECT j.id, j.claim_no, j.kind, j.subject_id, j.subject_gen, j.audience, j.attempts, j.run_at, j.expires_at, j.message_uuid,
       date_trunc('second', holdfast.clock()) AS dated_at, j.tried_at, false AS in_doubt, false AS rescued, holdfast.clock() AS now
FROM holdfast.job j
WHERE j.id = $1::bigint
