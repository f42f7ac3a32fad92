-- Ends the leases that are over and puts back the jobs held under them; a sweep looks for jobs without any lease too, and for those held longer
-- than any send takes. Without either the queue is not read. Deleting a lease waits for a renewal under way and then spares it. What was being
-- sent may have been accepted: the job keeps its claim number and its date, history and what was told say so, and a restarted worker's journal has a moment to
-- say more before the next claim. A job that was claimed alone goes down with its worker as poison.
-- $1 most  $2 sweep?  $3 spares leases that ended within this time, and all of them on a server that has not been up for longer
WITH dead AS (
  DELETE FROM holdfast.worker w
  WHERE w.lease_until < clock_timestamp() - $3::interval AND pg_postmaster_start_time() < clock_timestamp() - $3::interval
  RETURNING w.id),
lost AS MATERIALIZED (
  SELECT j.id, j.claim_no, j.claimed_alone AND j.deadline_at >= clock_timestamp() AS is_poison
  FROM holdfast.job j
  -- The second condition keeps off a job that was rescued and claimed again by a worker this statement's snapshot does not know.
  WHERE ($2::boolean OR EXISTS (SELECT FROM dead)) AND j.state = 'running' AND j.claimed_at < now()
    AND (j.claimed_by IN (SELECT d.id FROM dead d)
         OR ($2::boolean AND (j.deadline_at < clock_timestamp() OR NOT EXISTS (SELECT FROM holdfast.worker w WHERE w.id = j.claimed_by))))
  LIMIT $1::int FOR UPDATE OF j SKIP LOCKED),
back AS (
  UPDATE holdfast.job j
  SET state = 'ready', crashes = least(j.crashes + 1, 100), rescued_at = clock_timestamp(), run_at = holdfast.clock() + interval '10 seconds',
      claimed_by = NULL, deadline_at = NULL
  FROM lost l
  WHERE NOT l.is_poison AND j.id = l.id AND j.claim_no = l.claim_no AND j.state = 'running'
  RETURNING j.*, false AS final, 'unknown' AS outcome, 'worker lost' AS reason),
poison AS (
  DELETE FROM holdfast.job j USING lost l
  WHERE l.is_poison AND j.id = l.id AND j.claim_no = l.claim_no AND j.state = 'running'
  RETURNING j.*, true AS final, 'poison' AS outcome, 'worker lost with this letter alone in flight' AS reason),
told AS (
  INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest)
  SELECT b.subject_id, b.audience, b.id, b.subject_kind, b.kind, b.telling_seq, b.telling FROM back b WHERE b.telling IS NOT NULL
  ON CONFLICT (subject_id, audience, job_id) DO UPDATE
    SET ical_seq = excluded.ical_seq, facts_digest = excluded.facts_digest, at = excluded.at),
said AS (
  INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
  SELECT t.id, t.claim_no, t.subject_id, t.attempts, t.subject_gen, t.final, t.outcome, t.kind, t.subject_kind, t.audience, t.reason, t.args
  FROM (SELECT * FROM back UNION ALL SELECT * FROM poison) AS t
  RETURNING outcome)
SELECT (SELECT count(*) FROM dead) AS leases, count(*) FILTER (WHERE s.outcome = 'unknown') AS jobs,
       count(*) FILTER (WHERE s.outcome = 'poison') AS poison
FROM said s
