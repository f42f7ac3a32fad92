-- Puts back the jobs of workers whose lease is over, or that have none, or that were held for longer than any send takes. Deleting a lease
-- waits for a renewal under way and then spares it; only what is deleted, or was gone before, is lost. What was being sent may have been
-- accepted: the job keeps its claim number and its date, and history says so. $1 most
WITH dead AS (
  DELETE FROM holdfast.worker w WHERE w.lease_until < clock_timestamp() RETURNING w.id),
lost AS MATERIALIZED (
  SELECT j.id, j.claim_no FROM holdfast.job j
  -- The second condition keeps off a job that was rescued and claimed again by a worker this statement's snapshot does not know.
  WHERE j.state = 'running' AND j.claimed_at < now()
    AND (j.claimed_by IN (SELECT d.id FROM dead d) OR j.deadline_at < clock_timestamp()
         OR NOT EXISTS (SELECT FROM holdfast.worker w WHERE w.id = j.claimed_by))
  LIMIT $1::int FOR UPDATE OF j SKIP LOCKED),
back AS (
  UPDATE holdfast.job j
  SET state = 'ready', crashes = least(j.crashes + 1, 100), rescued_at = clock_timestamp(), run_at = holdfast.clock(), claimed_by = NULL, deadline_at = NULL
  FROM lost
  WHERE j.id = lost.id AND j.claim_no = lost.claim_no AND j.state = 'running'
  RETURNING j.*)
INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
SELECT b.id, b.claim_no, b.subject_id, b.attempts, b.subject_gen, false, 'unknown', b.kind, b.subject_kind, b.audience, 'worker lost', b.args
FROM back b
RETURNING job_id
