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

-- How often letters about a subject were sent again lately: until when another one of this kind to this reader has to wait, whether for the
-- sake of the day's three, and how many more the day allows behind one that is sent now.
CREATE FUNCTION holdfast.resend_limits(subject_id uuid, kind text, audience text, OUT free_at timestamptz, OUT is_daily boolean, OUT subject_left int)
  LANGUAGE sql STABLE AS $$
  WITH today AS (
    SELECT a.at, a.detail ->> 'kind' = resend_limits.kind AND a.detail ->> 'audience' = resend_limits.audience AS is_same,
           row_number() OVER (ORDER BY a.at DESC) AS place
    FROM holdfast.audit a
    WHERE a.subject_id = resend_limits.subject_id AND a.action IN ('resend', 'poison requeue') AND a.at > holdfast.clock() - interval '24 hours'),
  until AS (
    SELECT max(t.at) FILTER (WHERE t.is_same AND t.at > holdfast.clock() - interval '10 minutes') + interval '10 minutes' AS soon,
           max(t.at) FILTER (WHERE t.place = 3) + interval '24 hours' AS daily, count(*)::int AS number
    FROM today t)
  SELECT greatest(u.soon, u.daily), coalesce(u.daily > coalesce(u.soon, '-infinity'), false), 2 - u.number FROM until u $$;

-- Whose generation the links of letters about a subject belong to.
CREATE FUNCTION holdfast.links_owner(subject_kind text, subject_id uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF links_owner.subject_kind = 'signup_task' THEN
    RETURN (SELECT t.client_id FROM booking.signup_task t WHERE t.id = links_owner.subject_id);
  END IF;
  RETURN links_owner.subject_id;
END $$;

-- Ends the links that earlier letters about a subject carried: a new generation, as any other change that voids them. An invitation's
-- generation is its provider's, whose other invitations stay good: its own links are revoked alone.
CREATE FUNCTION holdfast.rotate_links(subject_kind text, subject_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  CASE rotate_links.subject_kind
    WHEN 'reservation' THEN
      -- One that waits for its payor's authorization can not be written, nor is it written about.
      UPDATE booking.reservation r SET link_gen = r.link_gen + 1
      WHERE r.id = rotate_links.subject_id
        AND (r.state <> 'pending' OR NOT EXISTS (SELECT FROM booking.payor y WHERE y.id = r.payor_id AND y.requires_authorization));
      -- Links of the client ride in letters about a time.
      UPDATE holdfast.link l SET revoked_at = holdfast.clock()
      WHERE l.revoked_at IS NULL AND l.subject_id = (SELECT r.client_id FROM booking.reservation r WHERE r.id = rotate_links.subject_id)
        AND l.job_id IN (SELECT h.job_id FROM holdfast.history h WHERE h.subject_id = rotate_links.subject_id);
    WHEN 'signup_task' THEN
      UPDATE booking.client c SET link_gen = c.link_gen + 1
      WHERE c.id = (SELECT t.client_id FROM booking.signup_task t WHERE t.id = rotate_links.subject_id);
    WHEN 'client' THEN UPDATE booking.client c SET link_gen = c.link_gen + 1 WHERE c.id = rotate_links.subject_id;
    WHEN 'invitation' THEN PERFORM holdfast.revoke_links(rotate_links.subject_id);
    ELSE NULL;
  END CASE;
END $$;

-- The same, once for one request: again it would end the links of the letters that this sent a moment ago.
CREATE FUNCTION holdfast.renew_links(subject_kind text, subject_id uuid, request_id text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  owner uuid := holdfast.links_owner(renew_links.subject_kind, renew_links.subject_id);
  gen int := holdfast.subject_gen(renew_links.subject_kind, renew_links.subject_id);
  renewed jsonb;
BEGIN
  SELECT a.detail -> 'renewed' INTO renewed FROM holdfast.audit a
  WHERE a.request_id = renew_links.request_id AND a.detail -> 'renewed' ->> 'owner' = owner::text LIMIT 1;
  IF renewed IS NULL THEN
    PERFORM holdfast.rotate_links(renew_links.subject_kind, renew_links.subject_id);
    renewed := jsonb_build_object('owner', owner, 'from', gen, 'to', holdfast.subject_gen(renew_links.subject_kind, renew_links.subject_id));
  END IF;
  RETURN renewed;
END $$;

-- New links make the triggers owe a letter that explains them. This one does: what the same transaction owes its reader within a minute,
-- and would say the same, never was.
CREATE FUNCTION holdfast.drop_doubles(job_id bigint) RETURNS void LANGUAGE sql AS $$
  WITH doubles AS (
    DELETE FROM holdfast.job d USING holdfast.job mine, holdfast.kind k
    WHERE mine.id = drop_doubles.job_id AND d.xmin = mine.xmin AND d.id <> mine.id AND d.audience = mine.audience
      AND k.name = d.kind AND (k.tells OR d.kind = mine.kind) AND d.run_at <= mine.run_at + interval '1 minute'
    RETURNING d.dedupe_key)
  DELETE FROM holdfast.dedupe e USING doubles d WHERE e.key = d.dedupe_key $$;

-- Sends a letter again: owes it anew to whom it was for, as a message of its own. Older links stay good unless `rotate`.
--
-- Says what stands against it and owes it all the same: the caller reads the facts of the new job, judges, and rolls back what is not to be.
-- So a plan is this call rolled back, and can not differ from what is done. No row when there never was such a letter.
--   job_id            the new letter, which a worker may claim once this is committed
--   done_job_id       what was done under this request before; then nothing is done now
--   open_*            the same letter is still owed
--   free_at, is_daily until when another one has to wait, and whether for the sake of the day's three
--   stopped           letters of its kind are stopped just now, and it will wait
--   *_left            how many more like it the day allows behind this one; of an address only where its letters are counted
CREATE FUNCTION holdfast.resend(
  origin bigint, operator text, reason text, request_id text DEFAULT NULL, action text DEFAULT 'resend', rotate boolean DEFAULT false,
  even_suppressed boolean DEFAULT false)
  RETURNS TABLE (job_id bigint, done_job_id bigint, open_job_id bigint, open_state text, open_run_at timestamptz, free_at timestamptz,
                 is_daily boolean, stopped boolean, has_links boolean, subject_left int, address_left int)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
  now_at timestamptz := holdfast.clock();
  letter record;
  k holdfast.kind%ROWTYPE;
  subject text;
  renewed jsonb;
  root jsonb;
  copies jsonb;
  mine bigint;
BEGIN
  SELECT * INTO letter FROM holdfast.letter_of(resend.origin);
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM holdfast.lock_letters_about(letter.subject_kind, letter.subject_id);
  subject := concat_ws(' ', letter.kind, 'to the', letter.audience, 'about', letter.subject_kind, letter.subject_id);
  SELECT a.job_id INTO done_job_id FROM holdfast.audit a
  WHERE a.request_id = resend.request_id AND a.action = resend.action AND a.target = subject;
  IF FOUND THEN
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO k FROM holdfast.kind WHERE name = letter.kind;
  has_links := k.links <> '{}';
  stopped := EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (letter.kind, '*'));
  SELECT j.id, j.state::text, j.run_at INTO open_job_id, open_state, open_run_at FROM holdfast.job j
  WHERE j.subject_id = letter.subject_id AND j.kind = letter.kind AND j.audience = letter.audience
    -- One for later that nobody has tried is another letter.
    AND (j.id = resend.origin OR j.claim_no > 0 OR j.run_at <= now_at OR j.state <> 'ready')
  ORDER BY j.state = 'running' DESC, j.id LIMIT 1;
  SELECT * INTO free_at, is_daily, subject_left FROM holdfast.resend_limits(letter.subject_id, letter.kind, letter.audience);

  IF resend.rotate AND has_links AND open_job_id IS NULL THEN
    renewed := holdfast.renew_links(letter.subject_kind, letter.subject_id, resend.request_id);
    IF letter.gen = (renewed ->> 'from')::int THEN
      letter.gen := (renewed ->> 'to')::int;
    END IF;
  END IF;
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
  IF resend.rotate THEN
    PERFORM holdfast.drop_doubles(mine);
  END IF;
  IF k.capped THEN
    PERFORM holdfast.take_allowance(ARRAY[mine]);
    SELECT 3 - count(*) INTO address_left FROM holdfast.allowance a
    WHERE a.at > now_at - interval '24 hours'
      AND a.address_digest = (SELECT own.address_digest FROM holdfast.allowance own WHERE own.job_id = mine);
  END IF;
  PERFORM holdfast.note_action(
    resend.operator, resend.action, subject, resend.reason, resend.request_id, letter.subject_id, mine,
    jsonb_strip_nulls(jsonb_build_object('kind', letter.kind, 'audience', letter.audience, 'origin', resend.origin, 'root', root, 'renewed', renewed,
                                         'even_suppressed', nullif(resend.even_suppressed, false))));
  RETURN NEXT;
END $$;

-- What `resend` is made of, and what only operators are granted (deploy/roles.sql).
REVOKE EXECUTE ON FUNCTION holdfast.helps_until(text, text, uuid, jsonb), holdfast.lock_letters_about(text, uuid),
  holdfast.resend_limits(uuid, text, text), holdfast.links_owner(text, uuid), holdfast.rotate_links(text, uuid),
  holdfast.renew_links(text, uuid, text), holdfast.resend(bigint, text, text, text, text, boolean, boolean), holdfast.drop_doubles(bigint)
  FROM PUBLIC;
