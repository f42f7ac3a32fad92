-- Puts back what this worker holds without knowing: jobs of a claim whose answer was lost.
-- $1 worker  $2 ids and  $3 claim numbers of what it does know
UPDATE holdfast.job j
SET state = 'ready', claimed_by = NULL, deadline_at = NULL,
    dated_at = CASE WHEN j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
WHERE j.state = 'running' AND j.claimed_by = $1::uuid
  AND NOT EXISTS (SELECT FROM unnest($2::bigint[], $3::bigint[]) AS k(id, claim_no) WHERE k.id = j.id AND k.claim_no = j.claim_no)
