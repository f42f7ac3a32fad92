SELECT j.id, j.claim_no, j.kind, j.subject_id, j.subject_gen, j.audience, j.attempts, j.expires_at, j.message_uuid,
       j.dated_at, j.tried_at, j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL AS in_doubt, holdfast.clock() AS now
FROM unnest(current_setting('holdfast.claimed')::bigint[]) AS c(id)
JOIN holdfast.job j ON j.id = c.id
ORDER BY j.priority, j.run_at, j.id
