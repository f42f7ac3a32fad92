-- Gives back what was claimed and not tried: no attempt is burned and history says nothing.
-- $1 ids  $2 claim numbers
UPDATE holdfast.job j
SET state = 'ready', claimed_by = NULL, deadline_at = NULL,
    dated_at = CASE WHEN j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
FROM unnest($1::bigint[], $2::bigint[]) AS s(id, claim_no)
WHERE j.id = s.id AND j.claim_no = s.claim_no AND j.state = 'running'
RETURNING j.id
