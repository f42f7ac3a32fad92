SELECT j.id, j.claim_no, j.kind, j.subject_id, j.subject_gen, j.audience, j.attempts, j.run_at, j.expires_at, j.message_uuid,
       j.dated_at, j.tried_at, j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL AS in_doubt,
       j.in_doubt_at IS NULL AND j.rescued_at IS NOT NULL AS rescued, holdfast.clock() AS now
FROM holdfast.job j
WHERE j.id = ANY (current_setting('holdfast.claimed')::bigint[])
ORDER BY j.priority, j.run_at, j.id
