-- How a job comes to be owed, and how it is withdrawn. Triggers and applications use the same way in.

-- Wakes the workers of a queue when the transaction that owes a letter commits; a job for later needs no bell.
CREATE FUNCTION holdfast.ring_bell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('holdfast_wake', a.queue) FROM (SELECT DISTINCT queue FROM added WHERE run_at <= holdfast.clock()) AS a;
  RETURN NULL;
END $$;
CREATE TRIGGER job_bell AFTER INSERT ON holdfast.job REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.ring_bell();

-- The generation of a subject now: links and letters of an earlier one are void.
CREATE FUNCTION holdfast.subject_gen(subject_kind text, subject_id uuid) RETURNS int
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE subject_gen.subject_kind
    WHEN 'reservation' THEN (SELECT r.link_gen FROM booking.reservation r WHERE r.id = subject_gen.subject_id)
    WHEN 'signup_task' THEN (SELECT c.link_gen FROM booking.signup_task t JOIN booking.client c ON c.id = t.client_id
                             WHERE t.id = subject_gen.subject_id)
  END;
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there is no subject.
  RETURN NULL;
END $$;

-- Owes a letter in the caller's transaction. With a dedupe key that is already known nothing is queued and the known job's id is returned.
CREATE FUNCTION holdfast.enqueue(
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
    INSERT INTO holdfast.dedupe (key, job_id) VALUES (enqueue.dedupe_key, new_id) ON CONFLICT (key) DO NOTHING;
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

-- Takes back what is still owed about a subject; what is being sent now is judged again by its own claim. The keys are free again: the same
-- letter may come to be owed anew.
CREATE FUNCTION holdfast.withdraw(subject_id uuid, reason text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM holdfast.job j WHERE j.subject_id = withdraw.subject_id AND j.state IN ('ready', 'held') RETURNING j.*),
  freed AS (DELETE FROM holdfast.dedupe d USING gone g WHERE d.key = g.dedupe_key)
  INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
  SELECT g.id, g.claim_no, g.subject_id, g.attempts, g.subject_gen, true, 'cancelled', g.kind, g.subject_kind, g.audience, withdraw.reason, g.args
  FROM gone g $$;

CREATE FUNCTION holdfast.cancel(dedupe_key text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  WITH gone AS (
    DELETE FROM holdfast.job j USING holdfast.dedupe d
    WHERE d.key = cancel.dedupe_key AND j.id = d.job_id AND j.state IN ('ready', 'held') RETURNING j.*),
  freed AS (DELETE FROM holdfast.dedupe d USING gone g WHERE d.key = g.dedupe_key)
  INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
  SELECT g.id, g.claim_no, g.subject_id, g.attempts, g.subject_gen, true, 'cancelled', g.kind, g.subject_kind, g.audience,
         'cancelled by the application', g.args
  FROM gone g;
  RETURN FOUND;
END $$;

-- Links of an earlier generation stop working at once.
CREATE FUNCTION holdfast.revoke_links(subject_id uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.link l SET revoked_at = holdfast.clock() WHERE l.subject_id = revoke_links.subject_id AND l.revoked_at IS NULL $$;

-- The last moment at or before `at` that lies within 08:00 to 21:00 where the reader lives.
CREATE FUNCTION holdfast.daytime(at timestamptz, tz text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN l.t::time < time '08:00' THEN (l.t::date - 1 + time '21:00') AT TIME ZONE tz
    WHEN l.t::time > time '21:00' THEN (l.t::date + time '21:00') AT TIME ZONE tz
    ELSE at END
  FROM (SELECT at AT TIME ZONE tz AS t) AS l $$;

-- What a clock on the wall shows: 'YYYY-MM-DD weekday HH:MI offset', Monday 1 to Sunday 7, offset in seconds east of UTC.
CREATE FUNCTION holdfast.wall_clock(at timestamptz, tz text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(at AT TIME ZONE tz, 'YYYY-MM-DD ID HH24:MI ')
         || extract(epoch FROM (at AT TIME ZONE tz) - (at AT TIME ZONE 'UTC'))::int $$;

-- What the triggers use; an application owes and cancels letters by `enqueue` and `cancel` alone.
REVOKE EXECUTE ON FUNCTION holdfast.withdraw(uuid, text), holdfast.revoke_links(uuid), holdfast.subject_gen(text, uuid),
  holdfast.create_history_partitions(int) FROM PUBLIC;
