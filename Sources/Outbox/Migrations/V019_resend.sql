-- Sends letters again: to whom they were for, as messages of their own.

-- Until when a letter helps its reader that is owed now: as the triggers have it that owe it.
CREATE FUNCTION holdfast.helps_until(kind text, subject_kind text, subject_id uuid, args jsonb) RETURNS timestamptz
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_at timestamptz := holdfast.clock();
  until timestamptz;
BEGIN
  IF helps_until.subject_kind = 'reservation' THEN
    SELECT CASE
      WHEN helps_until.kind = 'reservation.confirm' THEN r.hold_expires_at
      WHEN helps_until.kind = 'reservation.nudge' THEN r.hold_expires_at - interval '1 hour'
      WHEN helps_until.kind = 'appointment.reminder' THEN
        r.starts_at - CASE WHEN helps_until.args ->> 'hours' = '3' THEN interval '15 minutes' ELSE interval '25 hours' END
      WHEN helps_until.kind IN ('appointment.confirmed', 'appointment.changed', 'appointment.reschedule_request', 'provider.appointment')
        THEN r.starts_at
      WHEN helps_until.kind IN ('appointment.cancelled', 'provider.cancelled') THEN greatest(r.ends_at, now_at + interval '1 hour') END
    INTO until FROM booking.reservation r WHERE r.id = helps_until.subject_id;
  ELSIF helps_until.subject_kind = 'signup_task' THEN
    SELECT r.starts_at INTO until
    FROM booking.signup_task t JOIN booking.reservation r ON r.id = t.reservation_id WHERE t.id = helps_until.subject_id;
  ELSIF helps_until.kind = 'task.digest' THEN
    SELECT ((now_at AT TIME ZONE c.tz)::date + time '21:00') AT TIME ZONE c.tz INTO until
    FROM booking.client c WHERE c.id = helps_until.subject_id;
  END IF;
  RETURN coalesce(until, now_at + (SELECT k.lifetime FROM holdfast.kind k WHERE k.name = helps_until.kind));
EXCEPTION WHEN undefined_table THEN
  RETURN now_at + (SELECT k.lifetime FROM holdfast.kind k WHERE k.name = helps_until.kind);
END $$;

-- Whoever sends a letter about a subject again comes after whoever did before, and after whoever changes the subject: rows come before jobs.
-- A series is not locked, whose times are; a second letter about it is told the same, and does not leave.
CREATE FUNCTION holdfast.lock_letters_about(subject_kind text, subject_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('holdfast.resend'), hashtext(lock_letters_about.subject_id::text));
  CASE lock_letters_about.subject_kind
    WHEN 'reservation' THEN PERFORM FROM booking.reservation r WHERE r.id = lock_letters_about.subject_id FOR NO KEY UPDATE;
    WHEN 'signup_task' THEN
      PERFORM FROM booking.client c JOIN booking.signup_task t ON t.client_id = c.id WHERE t.id = lock_letters_about.subject_id FOR NO KEY UPDATE OF c;
    WHEN 'client' THEN PERFORM FROM booking.client c WHERE c.id = lock_letters_about.subject_id FOR NO KEY UPDATE;
    WHEN 'invitation' THEN PERFORM FROM booking.invitation i WHERE i.id = lock_letters_about.subject_id FOR NO KEY UPDATE;
    WHEN 'message_thread' THEN PERFORM FROM booking.message_thread m WHERE m.id = lock_letters_about.subject_id FOR NO KEY UPDATE;
    ELSE NULL;
  END CASE;
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place.
  NULL;
END $$;

-- How often letters about a subject were sent again lately: until when another one like this has to wait, whether for the sake of the day's
-- three, and how many more the day allows behind one that is sent now. `letter` is what the audit calls it.
CREATE FUNCTION holdfast.resend_limits(subject_id uuid, letter text, OUT free_at timestamptz, OUT is_daily boolean, OUT subject_left int)
  LANGUAGE sql STABLE AS $$
  WITH today AS (
    SELECT a.at, a.target = resend_limits.letter AS is_same, row_number() OVER (ORDER BY a.at DESC) AS place
    FROM holdfast.audit a
    WHERE a.subject_id = resend_limits.subject_id AND a.action IN ('resend', 'poison requeue') AND a.at > holdfast.clock() - interval '24 hours'),
  until AS (
    SELECT max(t.at) FILTER (WHERE t.is_same AND t.at > holdfast.clock() - interval '10 minutes') + interval '10 minutes' AS soon,
           max(t.at) FILTER (WHERE t.place = 3) + interval '24 hours' AS daily, count(*)::int AS number
    FROM today t)
  SELECT greatest(u.soon, u.daily), coalesce(u.daily > coalesce(u.soon, '-infinity'), false), 2 - u.number FROM until u $$;

-- The limits bind whoever calls `resend` and commits, whatever its answer says; a plan is gone when they are looked at. A snapshot of before the
-- call would not see what another committed meanwhile.
CREATE FUNCTION holdfast.keep_resend_limits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') OR EXISTS (
    SELECT FROM holdfast.audit a
    WHERE a.subject_id = NEW.subject_id AND a.action IN ('resend', 'poison requeue') AND a.at > NEW.at - interval '24 hours'
    HAVING count(*) > 3 OR count(*) FILTER (WHERE a.target = NEW.target AND a.at > NEW.at - interval '10 minutes') > 1) THEN
    RAISE EXCEPTION 'holdfast.resend: once in ten minutes and three times a day about a subject, read committed' USING ERRCODE = 'HF022';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_resend AFTER INSERT ON holdfast.audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.action IN ('resend', 'poison requeue')) EXECUTE FUNCTION holdfast.keep_resend_limits();

-- Whose links of a purpose letters about a subject carry.
CREATE FUNCTION holdfast.links_owner(purpose text, subject_kind text, subject_id uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF links_owner.purpose NOT IN ('act', 'task', 'pref') THEN
    RETURN links_owner.subject_id;
  ELSIF links_owner.subject_kind = 'signup_task' THEN
    RETURN (SELECT t.client_id FROM booking.signup_task t WHERE t.id = links_owner.subject_id);
  ELSIF links_owner.subject_kind = 'reservation' THEN
    RETURN (SELECT r.client_id FROM booking.reservation r WHERE r.id = links_owner.subject_id);
  END IF;
  RETURN links_owner.subject_id;
END $$;

-- Ends the older links that a letter replaces which `resend` owes with `rotate`: those of the same purposes and owners as its own, and no others;
-- `purposes` are those that its claim will issue. Not the links of letters that the same request has sent again, which has done this before.
-- Nothing else changes: no letter is owed or taken back for it, and one that waits, and has never left, gets other links at its next claim.
-- Answers with the links that readers had and that work no more, or with the one letter that may be arriving with some of them this moment; then
-- none is ended.
CREATE FUNCTION holdfast.end_links(job_id bigint, purposes text[]) RETURNS TABLE (jti uuid, purpose text, under_way_job_id bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
  old uuid[];
  unsent bigint[];
  under_way bigint;
BEGIN
  old := ARRAY(
    SELECT l.jti
    FROM holdfast.job j
    JOIN holdfast.audit a ON a.job_id = j.id AND a.action = 'resend' AND a.detail @> '{"options": {"rotate": true}}'
    JOIN holdfast.kind k ON k.name = j.kind
    CROSS JOIN unnest(k.links) AS p(purpose)
    JOIN holdfast.link l ON l.subject_id = holdfast.links_owner(p.purpose, j.subject_kind, j.subject_id) AND l.purpose = p.purpose
    WHERE j.id = end_links.job_id AND j.claim_no = 0 AND p.purpose = ANY (end_links.purposes)
      AND l.revoked_at IS NULL AND l.expires_at > holdfast.clock() AND (l.uses >= l.max_uses) IS NOT TRUE
      AND NOT EXISTS (SELECT FROM holdfast.audit s WHERE s.request_id = a.request_id AND s.action = a.action AND s.job_id = l.job_id));
  -- Whoever has one locked claims it, or takes it back.
  unsent := ARRAY(
    SELECT j.id FROM holdfast.job j
    WHERE j.id IN (SELECT l.job_id FROM holdfast.link l WHERE l.jti = ANY (old))
      AND j.state <> 'running' AND num_nonnulls(j.in_doubt_at, j.rescued_at) = 0
    FOR UPDATE SKIP LOCKED);
  SELECT min(j.id) INTO under_way FROM holdfast.job j
  WHERE j.id IN (SELECT l.job_id FROM holdfast.link l WHERE l.jti = ANY (old)) AND j.id <> ALL (unsent);
  IF under_way IS NOT NULL THEN
    RETURN QUERY SELECT NULL::uuid, NULL::text, under_way;
    RETURN;
  END IF;
  DELETE FROM holdfast.link l WHERE l.jti = ANY (old) AND l.job_id = ANY (unsent);
  RETURN QUERY UPDATE holdfast.link l SET revoked_at = holdfast.clock() WHERE l.jti = ANY (old) RETURNING l.jti, l.purpose, NULL::bigint;
END $$;

-- Sends a letter again: owes it anew to whom it was for, as a message of its own. Older links stay good; with `rotate`, until `end_links`.
--
-- Says what stands against it and owes it all the same: the caller reads the facts of the new job, judges, and rolls back what is not to be.
-- So a plan is this call rolled back, and can not differ from what is done. No row when there never was such a letter.
--   job_id            the new letter, which a worker may claim once this is committed
--   done_job_id       what was done under this request before; then nothing is done now
--   is_other          and it was done with other options
--   open_*            the same letter is still owed: `running`; `held`, or `in_doubt` too; `stopped`; `due`; `scheduled`, for later and never
--                     tried; or it `waits` for another attempt
--   free_at, is_daily until when another one has to wait, and whether for the sake of the day's three
--   stopped           letters of its kind are stopped just now, and it will wait
--   *_left            how many more like it the day allows behind this one; of an address only where its letters are counted
CREATE FUNCTION holdfast.resend(
  origin bigint, operator text, reason text, request_id text DEFAULT NULL, action text DEFAULT 'resend', rotate boolean DEFAULT false,
  even_suppressed boolean DEFAULT false)
  RETURNS TABLE (job_id bigint, done_job_id bigint, is_other boolean, open_job_id bigint, open_state text, open_run_at timestamptz,
                 free_at timestamptz, is_daily boolean, stopped boolean, subject_left int, address_left int)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
  now_at timestamptz := holdfast.clock();
  letter record;
  k holdfast.kind%ROWTYPE;
  subject text;
  options jsonb := jsonb_strip_nulls(jsonb_build_object('rotate', nullif(resend.rotate, false), 'even_suppressed', nullif(resend.even_suppressed, false)));
  root jsonb;
  copies jsonb;
  mine bigint;
BEGIN
  IF (resend.action IN ('resend', 'poison requeue')) IS NOT TRUE THEN
    RAISE EXCEPTION 'holdfast.resend: action is resend or poison requeue' USING ERRCODE = 'HF021';
  END IF;
  SELECT *, holdfast.which_of(l.args) AS which INTO letter FROM holdfast.letter_of(resend.origin) AS l;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM holdfast.lock_letters_about(letter.subject_kind, letter.subject_id);
  subject := concat_ws(' ', letter.kind, 'to the', letter.audience, 'about', letter.subject_kind, letter.subject_id) || letter.which;
  SELECT a.job_id, a.detail -> 'options' <> options INTO done_job_id, is_other FROM holdfast.audit a
  WHERE a.request_id = resend.request_id AND a.action = resend.action AND a.target = subject;
  IF FOUND THEN
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO k FROM holdfast.kind WHERE name = letter.kind;
  stopped := EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (letter.kind, '*'));
  SELECT j.id, j.run_at,
         CASE WHEN j.state = 'held' AND num_nonnulls(j.in_doubt_at, j.rescued_at) > 0 THEN 'in_doubt' WHEN j.state <> 'ready' THEN j.state::text
              WHEN stopped THEN 'stopped' WHEN j.run_at <= now_at THEN 'due' WHEN j.claim_no = 0 THEN 'scheduled' ELSE 'waits' END
  INTO open_job_id, open_run_at, open_state FROM holdfast.job j
  WHERE j.subject_id = letter.subject_id AND j.kind = letter.kind AND j.audience = letter.audience AND holdfast.which_of(j.args) = letter.which
    -- One for later that nobody has tried is another letter.
    AND (j.id = resend.origin OR j.claim_no > 0 OR j.run_at <= now_at OR j.state <> 'ready')
  ORDER BY j.state = 'running' DESC, j.id LIMIT 1;
  SELECT * INTO free_at, is_daily, subject_left FROM holdfast.resend_limits(letter.subject_id, subject);
  -- It says what it said: what its own copies told is not asked.
  root := coalesce(letter.args -> 'resends' -> 0, to_jsonb(resend.origin));
  SELECT root || coalesce(jsonb_agg(a.job_id ORDER BY a.job_id), '[]') INTO copies FROM holdfast.audit a
  WHERE a.subject_id = letter.subject_id AND a.detail -> 'root' = root;
  INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience, crashes,
                            even_suppressed, args)
  VALUES (now_at, holdfast.helps_until(letter.kind, letter.subject_kind, letter.subject_id, letter.args), letter.subject_id, letter.gen,
          k.priority, k.queue, letter.kind, letter.subject_kind, letter.audience,
          -- A suspect from the start: should it bring a worker down again, nothing else goes down with it.
          CASE WHEN letter.outcome = 'poison' THEN 2 ELSE 0 END, nullif(resend.even_suppressed, false),
          letter.args || jsonb_build_object('audience', letter.audience, 'reason', 'resend', 'resends', copies))
  RETURNING id INTO mine;
  job_id := mine;
  IF k.capped THEN
    PERFORM holdfast.take_allowance(ARRAY[mine]);
    SELECT 3 - count(*) INTO address_left FROM holdfast.allowance a
    WHERE a.at > now_at - interval '24 hours'
      AND a.address_digest = (SELECT own.address_digest FROM holdfast.allowance own WHERE own.job_id = mine);
  END IF;
  PERFORM holdfast.note_action(
    resend.operator, resend.action, subject, resend.reason, resend.request_id, letter.subject_id, mine,
    jsonb_build_object('origin', resend.origin, 'root', root, 'options', options));
  RETURN NEXT;
END $$;

-- What `resend` is made of, and what only operators are granted (deploy/roles.sql).
REVOKE EXECUTE ON FUNCTION holdfast.helps_until(text, text, uuid, jsonb), holdfast.lock_letters_about(text, uuid),
  holdfast.resend_limits(uuid, text), holdfast.links_owner(text, text, uuid), holdfast.end_links(bigint, text[]),
  holdfast.keep_resend_limits(), holdfast.resend(bigint, text, text, text, text, boolean, boolean) FROM PUBLIC;
