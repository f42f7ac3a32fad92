-- Writes what became of claimed jobs. Each row matches (id, claim_no): a settle that comes late changes nothing and its id is not returned.
-- The end of a letter counts also after its job was rescued, as long as nobody has claimed it since.
-- Whoever settles a letter has survived it: its crashes are forgotten.
-- A job that may have been accepted keeps its date, so that a second copy is the first one to the byte.
-- Rows are found by the ids in $1 and judged afterwards: a plan made while the queue was empty must not read all of it when it is full.
-- A dead address is suppressed for 30 days: long enough to spare the relay's reputation, short enough that a mailbox which came back is not
-- cut off for good. A full one is suppressed for 14 days, at its third time within 14 days. What stands already stays as it is.
-- $1 ids  $2 claim numbers  $3 outcomes  $4 final?  $5 burns an attempt?  $6 delays  $7 in doubt?  $8 reasons  $9 message ids
-- $10 stages  $11 codes  $12 enhanced codes  $13 replies  $14 queue ids  $15 TLS  $16 held for the operator?  $17 unreachable addresses
-- $18 mailbox full?
WITH said AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bool[], $5::bool[], $6::interval[], $7::bool[], $8::text[], $9::text[],
                       $10::text[], $11::int[], $12::text[], $13::text[], $14::text[], $15::text[], $16::bool[], $17::text[], $18::bool[])
    AS s(id, claim_no, outcome, final, burns, delay, doubt, reason, message_id, stage, code, enhanced, reply, queue_id, tls, held, address, is_full)),
again AS MATERIALIZED (SELECT * FROM said s WHERE NOT s.final),
ended AS (
  DELETE FROM holdfast.job j
  WHERE j.id = ANY ($1::bigint[]) AND (j.state = 'running' OR j.rescued_at IS NOT NULL)
    -- IS TRUE keeps this a look into a hash table.
    AND ((j.id, j.claim_no) IN (SELECT s.id, s.claim_no FROM said s WHERE s.final)) IS TRUE
  RETURNING j.id, j.claim_no, j.subject_id, j.attempts, j.subject_gen, j.kind, j.subject_kind, j.audience, j.args, j.telling_seq, j.telling),
kept AS (
  UPDATE holdfast.job j
  SET state = CASE WHEN s.held THEN 'held'::holdfast.job_state ELSE 'ready' END,
      -- A held job stands behind every range of due ones, so that claims need not step over it.
      run_at = CASE WHEN s.held THEN 'infinity' ELSE holdfast.clock() + s.delay END,
      claimed_by = NULL, deadline_at = NULL, crashes = 0, attempts = j.attempts + s.burns::int,
      tried_at = CASE WHEN s.burns THEN coalesce(j.tried_at, holdfast.clock()) ELSE j.tried_at END,
      in_doubt_at = CASE WHEN s.doubt THEN coalesce(j.in_doubt_at, clock_timestamp()) ELSE j.in_doubt_at END,
      dated_at = CASE WHEN s.doubt OR j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL THEN j.dated_at END
  FROM again s
  WHERE j.id = ANY (ARRAY(SELECT a.id FROM again a)) AND j.id = s.id AND j.claim_no = s.claim_no AND j.state = 'running'
  RETURNING j.id, j.claim_no, j.subject_id, j.attempts - s.burns::int AS attempts, j.subject_gen, j.kind, j.subject_kind, j.audience, j.args,
            j.telling_seq, j.telling),
-- What a reader was told, and what an attempt nobody knows the end of may have told.
told AS (
  INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest)
  SELECT j.subject_id, j.audience, j.id, j.subject_kind, j.kind, j.telling_seq, j.telling
  FROM (SELECT * FROM ended UNION ALL SELECT * FROM kept) AS j
  JOIN said s ON s.id = j.id AND s.claim_no = j.claim_no
  WHERE j.telling IS NOT NULL AND (s.outcome = 'sent' OR (s.outcome = 'unknown' AND s.burns))
  ON CONFLICT (subject_id, audience, job_id) DO UPDATE
    SET ical_seq = excluded.ical_seq, facts_digest = excluded.facts_digest, at = excluded.at),
-- In one order, so that two settles never wait for each other.
unreachable AS MATERIALIZED (
  SELECT DISTINCT ON (lower(s.address)) lower(s.address) AS address, s.is_full, s.id
  FROM said s
  WHERE s.address IS NOT NULL AND EXISTS (SELECT FROM ended e WHERE e.id = s.id AND e.claim_no = s.claim_no)
  ORDER BY lower(s.address), s.is_full),
struck AS (
  INSERT INTO holdfast.full_mailbox AS m (address, refused_at)
  SELECT u.address, ARRAY[holdfast.clock()] FROM unreachable u WHERE u.is_full
  ON CONFLICT (address) DO UPDATE
    SET refused_at = ARRAY(SELECT t FROM unnest(m.refused_at) AS t WHERE t > holdfast.clock() - interval '14 days') || holdfast.clock()
  RETURNING m.address, cardinality(m.refused_at) AS strikes),
suppressed AS (
  INSERT INTO holdfast.suppression AS p (address, reason, evidence, until)
  SELECT u.address, CASE WHEN u.is_full THEN 'mailbox_full' ELSE 'hard_bounce' END, u.id,
         holdfast.clock() + CASE WHEN u.is_full THEN interval '14 days' ELSE interval '30 days' END
  FROM unreachable u LEFT JOIN struck ON struck.address = u.address
  WHERE NOT u.is_full OR struck.strikes >= 3
  ORDER BY u.address
  ON CONFLICT (address, class) DO UPDATE
    SET reason = excluded.reason, evidence = excluded.evidence, until = excluded.until, created_at = excluded.created_at
    WHERE p.until <= holdfast.clock())
INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, code, final, outcome, kind, subject_kind, audience, reason,
                              message_id, stage, enhanced, reply, queue_id, tls, args)
SELECT j.id, j.claim_no, j.subject_id, j.attempts + s.burns::int, j.subject_gen, s.code, s.final, s.outcome, j.kind, j.subject_kind, j.audience,
       s.reason, s.message_id, s.stage, s.enhanced, s.reply, s.queue_id, s.tls, j.args
FROM (SELECT * FROM ended UNION ALL SELECT * FROM kept) AS j
JOIN said s ON s.id = j.id AND s.claim_no = j.claim_no
RETURNING job_id
