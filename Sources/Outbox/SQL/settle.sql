-- Writes what became of claimed jobs. Each row matches (id, claim_no): a settle that comes late changes nothing and its id is not returned.
-- The end of a letter counts also after its job was rescued, as long as nobody has claimed it since.
-- A job that may have been accepted keeps its date, so that a second copy is the first one to the byte.
-- Rows are found by the ids in $1 and judged afterwards: a plan made while the queue was empty must not read all of it when it is full.
-- $1 ids  $2 claim numbers  $3 outcomes  $4 final?  $5 burns an attempt?  $6 delays  $7 in doubt?  $8 reasons  $9 message ids
-- $10 stages  $11 codes  $12 enhanced codes  $13 replies  $14 queue ids  $15 TLS
WITH said AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bool[], $5::bool[], $6::interval[], $7::bool[], $8::text[], $9::text[],
                       $10::text[], $11::int[], $12::text[], $13::text[], $14::text[], $15::text[])
    AS s(id, claim_no, outcome, final, burns, delay, doubt, reason, message_id, stage, code, enhanced, reply, queue_id, tls)),
again AS MATERIALIZED (SELECT * FROM said s WHERE NOT s.final),
ended AS (
  DELETE FROM holdfast.job j
  WHERE j.id = ANY ($1::bigint[]) AND (j.state = 'running' OR j.rescued_at IS NOT NULL)
    -- IS TRUE keeps this a look into a hash table.
    AND ((j.id, j.claim_no) IN (SELECT s.id, s.claim_no FROM said s WHERE s.final)) IS TRUE
  RETURNING j.id, j.claim_no, j.subject_id, j.attempts, j.subject_gen, j.kind, j.subject_kind, j.audience, j.args),
kept AS (
  UPDATE holdfast.job j
  SET state = 'ready', run_at = holdfast.clock() + s.delay, claimed_by = NULL, deadline_at = NULL, attempts = j.attempts + s.burns::int,
      tried_at = CASE WHEN s.burns THEN coalesce(j.tried_at, holdfast.clock()) ELSE j.tried_at END,
      in_doubt_at = CASE WHEN s.doubt THEN coalesce(j.in_doubt_at, clock_timestamp()) ELSE j.in_doubt_at END,
      dated_at = CASE WHEN s.doubt OR j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
  FROM again s
  WHERE j.id = ANY (ARRAY(SELECT a.id FROM again a)) AND j.id = s.id AND j.claim_no = s.claim_no AND j.state = 'running'
  RETURNING j.id, j.claim_no, j.subject_id, j.attempts - s.burns::int AS attempts, j.subject_gen, j.kind, j.subject_kind, j.audience, j.args)
INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, code, final, outcome, kind, subject_kind, audience, reason,
                              message_id, stage, enhanced, reply, queue_id, tls, args)
SELECT j.id, j.claim_no, j.subject_id, j.attempts + s.burns::int, j.subject_gen, s.code, s.final, s.outcome, j.kind, j.subject_kind, j.audience,
       s.reason, s.message_id, s.stage, s.enhanced, s.reply, s.queue_id, s.tls, j.args
FROM (SELECT * FROM ended UNION ALL SELECT * FROM kept) AS j
JOIN said s ON s.id = j.id AND s.claim_no = j.claim_no
RETURNING job_id
