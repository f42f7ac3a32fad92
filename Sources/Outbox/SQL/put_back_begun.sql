-- Puts back letters that a worker had begun when it went down and that surely did not leave: a crash, and no doubt. One that was claimed
-- alone is poison. $1 ids  $2 claim numbers
WITH begun AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS b(id, claim_no)),
back AS (
  UPDATE holdfast.job j
  SET state = 'ready', crashes = least(j.crashes + 1, 100), run_at = holdfast.clock(), claimed_by = NULL, deadline_at = NULL,
      dated_at = CASE WHEN j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
  FROM begun b
  WHERE j.id = ANY ($1::bigint[]) AND j.id = b.id AND j.claim_no = b.claim_no AND j.state = 'running' AND NOT j.claimed_alone
  RETURNING j.*, false AS final, 'retry' AS outcome, 'worker lost before the letter left' AS reason),
poison AS (
  DELETE FROM holdfast.job j USING begun b
  WHERE j.id = ANY ($1::bigint[]) AND j.id = b.id AND j.claim_no = b.claim_no AND j.state = 'running' AND j.claimed_alone
  RETURNING j.*, true AS final, 'poison' AS outcome, 'worker lost with this letter alone, before it left' AS reason)
INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
SELECT t.id, t.claim_no, t.subject_id, t.attempts, t.subject_gen, t.final, t.outcome, t.kind, t.subject_kind, t.audience, t.reason, t.args
FROM (SELECT * FROM back UNION ALL SELECT * FROM poison) AS t
RETURNING job_id, outcome
