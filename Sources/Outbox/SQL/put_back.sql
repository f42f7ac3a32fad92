-- Puts back whatever this worker still holds, once it has nothing under way: jobs of a claim whose answer was lost. $1 worker
UPDATE holdfast.job j
SET state = 'ready', claimed_by = NULL, deadline_at = NULL,
    dated_at = CASE WHEN j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
WHERE j.state = 'running' AND j.claimed_by = $1::uuid
