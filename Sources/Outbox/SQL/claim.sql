-- Takes due jobs, in the order of the priorities given, and leaves their ids in this transaction's setting `holdfast.claimed` for the statements
-- behind it, and those of each kind of subject in one of their own, so that a claim without such a subject does not look for any.
-- The range on run_at of each priority keeps future jobs out of the scan. A worker without a live lease takes nothing.
-- Kinds that are stopped are left out beforehand; when all are, nothing is scanned. Suspects, which were in flight in two crashes, are taken
-- by claims for them only, one at a time. A letter that tells notes what it is about to tell; of the others nothing is looked up.
-- $1 worker  $2 queues  $3 kinds it declares  $4 priorities  $5 most  $6 longest time to send  $7 low-water mark of run_at
-- $8 a suspect, alone?
WITH open AS MATERIALIZED (
  SELECT array_agg(k.name) AS kinds FROM unnest($3::text[]) AS k(name)
  WHERE NOT EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (k.name, '*'))),
picked AS MATERIALIZED (
  SELECT due.id
  FROM (SELECT o.kinds FROM open o WHERE o.kinds IS NOT NULL) AS o
  CROSS JOIN unnest($2::text[]) AS q(name)
  CROSS JOIN unnest($4::int[]) AS p(priority)
  CROSS JOIN LATERAL (
    SELECT j.id FROM holdfast.job j
    WHERE j.queue = q.name AND j.priority = p.priority AND j.run_at <= holdfast.clock() AND j.run_at >= $7::timestamptz
      AND j.state = 'ready' AND j.kind = ANY(o.kinds) AND (j.crashes >= 2) = $8::boolean
    ORDER BY j.run_at LIMIT $5::int FOR NO KEY UPDATE SKIP LOCKED) AS due
  LIMIT $5::int),
claimed AS (
  UPDATE holdfast.job j
  SET state = 'running', claim_no = j.claim_no + 1, claimed_by = $1::uuid, claimed_at = now(), claimed_alone = $8::boolean,
      deadline_at = now() + $6::interval, dated_at = coalesce(j.dated_at, date_trunc('second', holdfast.clock())),
      (telling_seq, telling) = (
        SELECT t.seq, t.digest FROM holdfast.telling_of(j.subject_kind, j.subject_id) AS t
        WHERE j.kind = ANY (ARRAY(SELECT k.name FROM holdfast.kind k WHERE k.name = ANY ($3::text[]) AND k.tells)))
  -- By id through the primary key, whatever a planner believes of an empty queue.
  WHERE j.id = ANY (ARRAY(SELECT p.id FROM picked p)) AND j.state = 'ready'
    AND EXISTS (SELECT FROM holdfast.worker w WHERE w.id = $1::uuid AND w.lease_until > clock_timestamp())
  RETURNING j.id, j.subject_kind, j.kind = 'security.notice' AS of_account)
SELECT set_config('holdfast.claimed', coalesce(array_agg(c.id), '{}')::text, true) AS claimed, count(*) AS jobs,
       set_config('holdfast.claimed_reservations', coalesce(array_agg(c.id) FILTER (WHERE c.subject_kind = 'reservation'), '{}')::text, true),
       set_config('holdfast.claimed_signup_tasks', coalesce(array_agg(c.id) FILTER (WHERE c.subject_kind = 'signup_task'), '{}')::text, true),
       set_config('holdfast.claimed_series', coalesce(array_agg(c.id) FILTER (WHERE c.subject_kind = 'series'), '{}')::text, true),
       set_config('holdfast.claimed_clients', coalesce(array_agg(c.id) FILTER (WHERE c.subject_kind = 'client' AND NOT c.of_account), '{}')::text, true),
       set_config('holdfast.claimed_invitations', coalesce(array_agg(c.id) FILTER (WHERE c.subject_kind = 'invitation'), '{}')::text, true),
       set_config('holdfast.claimed_message_threads', coalesce(array_agg(c.id) FILTER (WHERE c.subject_kind = 'message_thread'), '{}')::text, true),
       set_config('holdfast.claimed_accounts', coalesce(array_agg(c.id) FILTER (WHERE c.of_account), '{}')::text, true)
FROM claimed c
