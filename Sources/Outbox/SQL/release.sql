-- Gives back what was claimed and not tried: no attempt is burned and history says nothing. A letter that drew trouble with the relay goes
-- back for later, so that the next one to try the way is another.
-- $1 ids  $2 claim numbers  $3 delays
UPDATE holdfast.job j
SET state = 'ready', claimed_by = NULL, deadline_at = NULL,
    run_at = CASE WHEN s.delay > interval '0' THEN holdfast.clock() + s.delay ELSE j.run_at END,
    dated_at = CASE WHEN j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
FROM unnest($1::bigint[], $2::bigint[], $3::interval[]) AS s(id, claim_no, delay)
WHERE j.id = ANY ($1::bigint[]) AND j.id = s.id AND j.claim_no = s.claim_no AND j.state = 'running'
RETURNING j.id
