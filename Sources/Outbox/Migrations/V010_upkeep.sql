-- What keeps an installation going for years: the stop switch, and the end of what is old.

-- The stop switch: every claim reads it. A row '*' stops all kinds, any other row its kind.
CREATE TABLE holdfast.pause (
  kind text PRIMARY KEY CHECK (kind = '*' OR kind ~ '^[a-z]+(\.[a-z_]+)+$'),
  reason text NOT NULL CHECK (reason <> ''),
  operator text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp());

-- A key must outlive its subject, or a letter long sent would be owed again.
ALTER TABLE holdfast.dedupe ADD COLUMN subject_kind text, ADD COLUMN subject_id uuid;
UPDATE holdfast.dedupe d SET subject_kind = s.subject_kind, subject_id = s.subject_id
FROM (SELECT id, subject_kind, subject_id FROM holdfast.job
      UNION SELECT job_id, subject_kind, subject_id FROM holdfast.history) AS s
WHERE s.id = d.job_id;
CREATE INDEX dedupe_created_at ON holdfast.dedupe (created_at);
CREATE INDEX link_expires_at ON holdfast.link (expires_at);

-- As before, and the key remembers whom it is about.
CREATE OR REPLACE FUNCTION holdfast.enqueue(
  kind text, subject_kind text, subject_id uuid, run_at timestamptz DEFAULT holdfast.clock(), expires_at timestamptz DEFAULT NULL,
  dedupe_key text DEFAULT NULL, args jsonb DEFAULT '{}')
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k holdfast.kind%ROWTYPE;
  gen int := holdfast.subject_gen(enqueue.subject_kind, enqueue.subject_id);
  new_id bigint := nextval('holdfast.job_id_seq');
  known bigint;
BEGIN
  SELECT * INTO k FROM holdfast.kind WHERE name = enqueue.kind;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'holdfast.enqueue: this kind of letter is not in holdfast.kind' USING ERRCODE = 'HF001';
  ELSIF gen IS NULL THEN
    RAISE EXCEPTION 'holdfast.enqueue: there is no such subject to write about' USING ERRCODE = 'HF002';
  ELSIF enqueue.args ->> 'audience' NOT IN ('invitee', 'client', 'provider') THEN
    RAISE EXCEPTION 'holdfast.enqueue: args.audience is invitee, client or provider' USING ERRCODE = 'HF004';
  ELSIF octet_length(enqueue.args::text) > 4096 THEN
    RAISE EXCEPTION 'holdfast.enqueue: args are for ids only, at most 4096 bytes' USING ERRCODE = 'HF003';
  END IF;
  WHILE enqueue.dedupe_key IS NOT NULL LOOP
    INSERT INTO holdfast.dedupe (key, job_id, subject_kind, subject_id)
    VALUES (enqueue.dedupe_key, new_id, enqueue.subject_kind, enqueue.subject_id) ON CONFLICT (key) DO NOTHING;
    EXIT WHEN FOUND;
    SELECT job_id INTO known FROM holdfast.dedupe WHERE key = enqueue.dedupe_key;
    IF FOUND THEN
      RETURN known;
    END IF;
    -- Withdrawn between the two statements: the key is free again.
  END LOOP;
  INSERT INTO holdfast.job (id, run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience,
                            dedupe_key, args)
  VALUES (new_id, enqueue.run_at, coalesce(enqueue.expires_at, enqueue.run_at + k.lifetime), enqueue.subject_id, gen, k.priority, k.queue,
          k.name, enqueue.subject_kind, coalesce(enqueue.args ->> 'audience', k.audience), enqueue.dedupe_key, enqueue.args);
  RETURN new_id;
END $$;

-- Whether somebody may still come to be owed a letter about a subject; what this version does not know counts as open.
CREATE FUNCTION holdfast.is_open(subject_kind text, subject_id uuid) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE is_open.subject_kind
    WHEN 'reservation' THEN EXISTS (SELECT FROM booking.reservation r WHERE r.id = is_open.subject_id
                                    AND r.state IN ('pending', 'confirmed') AND r.starts_at > holdfast.clock())
    WHEN 'signup_task' THEN EXISTS (SELECT FROM booking.signup_task t WHERE t.id = is_open.subject_id AND t.state = 'open')
    ELSE is_open.subject_kind IS NOT NULL END;
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there is no subject.
  RETURN false;
END $$;

-- Forgets keys older than so many days, at most `most` at once; never one whose job is owed or whose subject is open.
CREATE FUNCTION holdfast.prune_dedupe(days int, most int DEFAULT 500) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  pruned int := 0;
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('holdfast.prune_dedupe')) THEN
    DELETE FROM holdfast.dedupe d WHERE d.key IN (
      SELECT o.key FROM holdfast.dedupe o
      WHERE o.created_at < holdfast.clock() - make_interval(days => greatest(prune_dedupe.days, 30))
        AND NOT EXISTS (SELECT FROM holdfast.job j WHERE j.id = o.job_id)
        AND NOT holdfast.is_open(o.subject_kind, o.subject_id)
      ORDER BY o.created_at LIMIT prune_dedupe.most);
    GET DIAGNOSTICS pruned = ROW_COUNT;
  END IF;
  RETURN pruned;
END $$;

-- Forgets links 30 days after their end, at most `most` at once; until then an application can tell a late reader what became of one.
CREATE FUNCTION holdfast.prune_links(most int DEFAULT 500) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  pruned int := 0;
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('holdfast.prune_links')) THEN
    DELETE FROM holdfast.link l WHERE l.jti IN (
      SELECT o.jti FROM holdfast.link o WHERE o.expires_at < holdfast.clock() - interval '30 days'
      ORDER BY o.expires_at LIMIT prune_links.most FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS pruned = ROW_COUNT;
  END IF;
  RETURN pruned;
END $$;

-- Drops the history of days that ended more than so many days ago; a mass DELETE would never end. Dropping locks out every settle for a
-- moment: whoever cannot have the lock at once leaves the rest for the next time.
CREATE FUNCTION holdfast.drop_history_partitions(days int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  dropped int := 0;
  part text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('holdfast.history')) THEN
    RETURN 0;
  END IF;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'holdfast.history'::regclass AND c.relname ~ '^history_[0-9]{8}$'
      AND to_date(substr(c.relname, 9), 'YYYYMMDD') < (clock_timestamp() AT TIME ZONE 'UTC')::date - greatest(days, 30)
    ORDER BY c.relname LIMIT 8
  LOOP
    BEGIN
      EXECUTE format('DROP TABLE holdfast.%I', part);
      dropped := dropped + 1;
    EXCEPTION WHEN lock_not_available THEN
      EXIT;
    END;
  END LOOP;
  RETURN dropped;
END $$;

-- Moves history that had no partition of its day out of the default one, into a partition made for it.
CREATE FUNCTION holdfast.sort_history() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  moved bigint := 0;
  d date;
  part text;
  rows bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('holdfast.history')) THEN
    RETURN 0;
  END IF;
  FOR d IN SELECT DISTINCT (h.at AT TIME ZONE 'UTC')::date FROM holdfast.history_default h ORDER BY 1 LIMIT 31 LOOP
    part := 'history_' || to_char(d, 'YYYYMMDD');
    -- A day that somebody has detached is not ours to touch; its rows stay, and upkeep goes on telling of them.
    CONTINUE WHEN to_regclass('holdfast.' || part) IS NOT NULL;
    BEGIN
      -- Nothing may come in between the move and the end of the default partition's right to these rows.
      LOCK TABLE holdfast.history_default IN ACCESS EXCLUSIVE MODE;
      EXECUTE format('CREATE TABLE holdfast.%I (LIKE holdfast.history INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
      EXECUTE format('WITH taken AS (DELETE FROM holdfast.history_default WHERE at >= %L AND at < %L RETURNING *)
                      INSERT INTO holdfast.%I SELECT * FROM taken', d::text || ' 00:00+00', (d + 1)::text || ' 00:00+00', part);
      GET DIAGNOSTICS rows = ROW_COUNT;
      EXECUTE format('ALTER TABLE holdfast.history ATTACH PARTITION holdfast.%I FOR VALUES FROM (%L) TO (%L)',
                     part, d::text || ' 00:00+00', (d + 1)::text || ' 00:00+00');
      moved := moved + rows;
    EXCEPTION WHEN lock_not_available THEN
      EXIT;
    END;
  END LOOP;
  RETURN moved;
END $$;

REVOKE EXECUTE ON FUNCTION holdfast.is_open(text, uuid), holdfast.prune_dedupe(int, int), holdfast.prune_links(int),
  holdfast.drop_history_partitions(int), holdfast.sort_history() FROM PUBLIC;
