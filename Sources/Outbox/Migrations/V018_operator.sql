-- What an operator does by hand. Each function is one action: it changes something and says so in the audit, in one statement of its caller's
-- transaction, so that neither is without the other.

-- All that this step and those behind it change or put indexes on, in the order in which applications and workers come to it: while they wait for
-- this, or this for them, none holds what another needs. `holdfast migrate` says how long anybody waits.
DO $$
BEGIN
  IF EXISTS (SELECT FROM holdfast.migration m WHERE m.version = 4 AND NOT m.left_out) THEN
    LOCK TABLE booking.client, booking.reservation, booking.signup_task, booking.invitation, booking.message_thread IN SHARE MODE;
  END IF;
  LOCK TABLE holdfast.job IN ACCESS EXCLUSIVE MODE;
  LOCK TABLE holdfast.history IN SHARE MODE;
END $$;

-- History is looked at by time, too. Ranges are short: a settle pays only while it fills one that has an entry already, which the first of an
-- empty table has.
CREATE INDEX history_at ON holdfast.history USING brin (at) WITH (pages_per_range = 4);
CREATE INDEX history_poison ON holdfast.history (at) WHERE outcome = 'poison';

-- `request_id`: an action that is asked for twice under one is done once. `role`: who was logged in, whatever name was given.
ALTER TABLE holdfast.audit
  ALTER at SET DEFAULT holdfast.clock(), ADD COLUMN subject_id uuid, ADD COLUMN job_id bigint, ADD COLUMN detail jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN role text DEFAULT session_user;
CREATE UNIQUE INDEX audit_request ON holdfast.audit (request_id, action, target) WHERE request_id IS NOT NULL;
CREATE INDEX audit_subject ON holdfast.audit (subject_id, at);
CREATE INDEX audit_job ON holdfast.audit (job_id);
CREATE INDEX audit_address ON holdfast.audit ((detail ->> 'address'));

-- Without it nobody can tell from the audit whether an address is in it by trying names: no role of deploy/roles.sql may read it.
CREATE TABLE holdfast.address_key (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  key bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
INSERT INTO holdfast.address_key DEFAULT VALUES;

-- The audit names no address: this is what finds it there again.
CREATE FUNCTION holdfast.digest_of_address(address text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(k.key || sha256(k.key || convert_to(lower(digest_of_address.address), 'UTF8'))), 'hex') FROM holdfast.address_key k $$;

ALTER TABLE holdfast.job ADD COLUMN due_before_hold timestamptz, ADD COLUMN even_suppressed boolean;
COMMENT ON COLUMN holdfast.job.due_before_hold IS 'when it was due when an operator held it; NULL for one that its worker left held in doubt';
COMMENT ON COLUMN holdfast.job.even_suppressed IS 'sent although its address is suppressed, unless for a complaint; NULL for all others, which takes no room';

-- Writes the audit. What an operator does has a name and a reason.
CREATE FUNCTION holdfast.note_action(
  operator text, action text, target text, reason text, request_id text DEFAULT NULL, subject_id uuid DEFAULT NULL, job_id bigint DEFAULT NULL,
  detail jsonb DEFAULT '{}')
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (note_action.operator ~ '\S' AND note_action.reason ~ '\S') IS NOT TRUE THEN
    RAISE EXCEPTION 'holdfast: an operator''s action needs the operator''s name and a reason' USING ERRCODE = 'HF020';
  END IF;
  INSERT INTO holdfast.audit (operator, action, target, reason, request_id, subject_id, job_id, detail)
  VALUES (note_action.operator, note_action.action, note_action.target, note_action.reason, note_action.request_id, note_action.subject_id,
          note_action.job_id, note_action.detail);
END $$;

-- Records that somebody looks at addresses: of which subjects, each in a row of its own; `address` is whose, where it is one.
CREATE FUNCTION holdfast.note_disclosure(what text, operator text, reason text, address text DEFAULT NULL, subjects uuid[] DEFAULT '{}')
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM holdfast.note_action(
    note_disclosure.operator, 'show_addresses', note_disclosure.what, note_disclosure.reason, subject_id => s.id,
    detail => jsonb_strip_nulls(jsonb_build_object('address', holdfast.digest_of_address(note_disclosure.address))))
  FROM unnest(coalesce(nullif(note_disclosure.subjects, '{}'), '{NULL}')) AS s(id);
END $$;

-- Stops a kind of letters, or all of them with '*'; false when it was stopped already, which stays as it was.
CREATE FUNCTION holdfast.stop_letters(kind text, reason text, operator text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO holdfast.pause (kind, reason, operator) VALUES (stop_letters.kind, stop_letters.reason, stop_letters.operator)
  ON CONFLICT ON CONSTRAINT pause_pkey DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM holdfast.note_action(stop_letters.operator, 'pause', stop_letters.kind, stop_letters.reason);
  RETURN true;
END $$;

-- Lifts one stop, of a kind or with '*' the one of all of them; false when there was none.
CREATE FUNCTION holdfast.resume_letters(kind text, reason text, operator text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM holdfast.pause p WHERE p.kind = resume_letters.kind;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM holdfast.note_action(resume_letters.operator, 'resume', resume_letters.kind, resume_letters.reason);
  RETURN true;
END $$;

-- A letter as it was owed last: what is owed still, or the newest row of its history.
CREATE FUNCTION holdfast.letter_of(job_id bigint)
  RETURNS TABLE (kind text, subject_kind text, subject_id uuid, audience text, gen int, args jsonb, outcome text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM (
    (SELECT j.kind, j.subject_kind, j.subject_id, j.audience, j.subject_gen, j.args, NULL::text
     FROM holdfast.job j WHERE j.id = letter_of.job_id)
    UNION ALL
    (SELECT h.kind, h.subject_kind, h.subject_id, h.audience, h.gen, h.args, h.outcome
     FROM holdfast.history h WHERE h.job_id = letter_of.job_id ORDER BY h.at DESC, h.final DESC LIMIT 1)) AS l
  LIMIT 1 $$;

-- Which of the letters of one kind about one subject to one audience this is: the reminder of how many hours, the notice to which of two
-- addresses; empty where there is only one. Why a letter is owed once more does not make it another one.
CREATE FUNCTION holdfast.which_of(args jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE a.own WHEN '{}' THEN '' ELSE ' #' || left(encode(sha256(convert_to(a.own::text, 'UTF8')), 'hex'), 12) END
  FROM (SELECT args - '{audience,reason,resends}'::text[] AS own) AS a $$;

-- Whether an action fits a letter that is owed: `done`, it does; anything else is why not. A letter whose worker was lost is still that worker's
-- for the moment that its journal has to say what became of it.
CREATE FUNCTION holdfast.fits_owed(action text, j holdfast.job, in_doubt text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN j.state = 'running' THEN 'running'
    WHEN (action = 'cancel' OR (action = 'release' AND in_doubt = 'drop')) AND j.rescued_at > holdfast.clock() - interval '10 seconds' THEN 'running'
    WHEN action = 'cancel' THEN 'done'
    WHEN action = 'release' THEN CASE WHEN j.state = 'ready' THEN 'not_held'
                                      WHEN d.is_in_doubt AND in_doubt IS NULL THEN 'in_doubt'
                                      WHEN NOT d.is_in_doubt AND in_doubt IS NOT NULL THEN 'not_in_doubt' ELSE 'done' END
    WHEN j.state = 'held' THEN 'held'
    WHEN action = 'hold' THEN 'done'
    WHEN j.run_at <= holdfast.clock() THEN 'due'
    -- A letter for later waits for its own time, and not for another attempt.
    WHEN j.claim_no = 0 THEN 'scheduled'
    ELSE 'done' END
  FROM (SELECT num_nonnulls(j.in_doubt_at, j.rescued_at) > 0 AS is_in_doubt) AS d $$;

-- Does one of retry, hold, release and cancel to a letter that is owed, with its line in the audit, and says what came of it.
-- `in_doubt`: what becomes of a held letter that an earlier attempt may have delivered: send it once more, or drop it.
-- One letter for each call and transaction: applications lock letters in orders of their own, and whoever holds several could deadlock with them.
CREATE FUNCTION holdfast.change_owed(
  action text, job_id bigint, operator text, reason text, request_id text DEFAULT NULL, in_doubt text DEFAULT NULL)
  RETURNS TABLE (kind text, subject_kind text, subject_id uuid, audience text, answer text, stopped boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
  j holdfast.job;
  is_busy boolean := false;
BEGIN
  IF change_owed.action NOT IN ('retry', 'hold', 'release', 'cancel') OR change_owed.in_doubt NOT IN ('send', 'drop') THEN
    RAISE EXCEPTION 'holdfast.change_owed: action is retry, hold, release or cancel; in_doubt is send or drop' USING ERRCODE = 'HF021';
  END IF;
  BEGIN
    SELECT * INTO j FROM holdfast.job WHERE id = change_owed.job_id FOR UPDATE;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    is_busy := true;
  END;
  SELECT l.kind, l.subject_kind, l.subject_id, l.audience INTO kind, subject_kind, subject_id, audience
  FROM holdfast.letter_of(change_owed.job_id) AS l;
  SELECT CASE WHEN a.detail ->> 'in_doubt' IS NOT DISTINCT FROM change_owed.in_doubt THEN 'done_before' ELSE 'other_request' END INTO answer
  FROM holdfast.audit a
  WHERE a.request_id = change_owed.request_id AND a.action = change_owed.action AND a.target = change_owed.job_id::text;
  answer := CASE
    WHEN is_busy THEN 'busy'
    WHEN answer IS NOT NULL THEN answer
    WHEN j.id IS NOT NULL THEN holdfast.fits_owed(change_owed.action, j, change_owed.in_doubt)
    WHEN kind IS NOT NULL THEN 'settled'
    ELSE 'unknown' END;
  IF answer = 'done' THEN
    BEGIN
      PERFORM holdfast.change_one(change_owed.action, j, change_owed.in_doubt),
        holdfast.note_action(change_owed.operator, change_owed.action, j.id::text, change_owed.reason, change_owed.request_id, j.subject_id, j.id,
                             jsonb_strip_nulls(jsonb_build_object('kind', j.kind, 'state', j.state, 'in_doubt', change_owed.in_doubt)));
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      -- The end of a letter may owe another one, under a key that somebody has.
      answer := 'busy';
    END;
  END IF;
  stopped := EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (change_owed.kind, '*'));
  RETURN NEXT;
END $$;

CREATE FUNCTION holdfast.change_one(action text, j holdfast.job, in_doubt text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  now_at timestamptz := holdfast.clock();
BEGIN
  IF action = 'hold' THEN
    -- Behind every range of due ones, so that claims need not step over it.
    UPDATE holdfast.job SET state = 'held', due_before_hold = j.run_at, run_at = 'infinity' WHERE id = j.id;
  ELSIF action = 'cancel' OR (action = 'release' AND in_doubt = 'drop') THEN
    PERFORM holdfast.end_owed(j, CASE action WHEN 'cancel' THEN 'cancelled by the operator' ELSE 'left in doubt by the operator' END);
  ELSE
    -- One whose worker was lost leaves that worker's journal its moment to speak.
    UPDATE holdfast.job
    SET state = 'ready', due_before_hold = NULL, run_at = greatest(now_at, j.due_before_hold, j.rescued_at + interval '10 seconds')
    WHERE id = j.id;
    PERFORM pg_notify('holdfast_wake', j.queue);
  END IF;
END $$;

-- A letter that an earlier attempt may have delivered is not called off by anybody: nobody knows. Its key stays in any case: whatever owes it
-- time after time would owe it again.
CREATE FUNCTION holdfast.end_owed(j holdfast.job, reason text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM holdfast.job WHERE id = j.id;
  INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
  VALUES (j.id, j.claim_no, j.subject_id, j.attempts, j.subject_gen, true,
          CASE WHEN num_nonnulls(j.in_doubt_at, j.rescued_at) > 0 THEN 'unknown' ELSE 'cancelled' END, j.kind, j.subject_kind, j.audience,
          end_owed.reason, j.args);
END $$;

-- `change_owed` has it, with the audit's new columns.
DROP FUNCTION holdfast.decide_held(bigint, boolean, text, text);

-- Two that ask for the same under one request come one after the other, and the second finds what the first did. Where an action locks what it
-- changes, that does as much.
CREATE FUNCTION holdfast.lock_request(request_id text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtext('holdfast.request'), hashtext(lock_request.request_id)) WHERE lock_request.request_id IS NOT NULL $$;

-- Suppresses addresses, all of them or none: `added`, `changed`, or `stands` for each, in the order given. Nothing that stands gets weaker or
-- shorter: a complaint stays one, an opt-out gives way to a complaint alone. The audit says how many, and of a single one which by its digest.
-- Until when a single one lasts is no part of what is asked for under a request: in 30 days is another moment each time it is said.
CREATE FUNCTION holdfast.suppress(
  addresses text[], classes text[], untils timestamptz[], reasons text[], action text, target text, operator text, reason text,
  request_id text DEFAULT NULL)
  RETURNS TABLE (place int, answer text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  -- What is masked alike is told apart.
  about text := suppress.target || ' #' || left(holdfast.digest_of_address(to_jsonb(ARRAY[
    to_jsonb(addresses), to_jsonb(classes), to_jsonb(reasons),
    CASE suppress.action WHEN 'suppressions import' THEN
      to_jsonb(ARRAY(SELECT extract(epoch FROM u.at) FROM unnest(untils) WITH ORDINALITY AS u(at, place) ORDER BY u.place)) END])::text), 12);
  said record;
BEGIN
  IF (suppress.action IN ('suppressions add', 'suppressions import')) IS NOT TRUE THEN
    RAISE EXCEPTION 'holdfast.suppress: action is suppressions add or suppressions import' USING ERRCODE = 'HF021';
  END IF;
  PERFORM holdfast.lock_request(suppress.request_id);
  IF EXISTS (SELECT FROM holdfast.audit a
             WHERE a.request_id = suppress.request_id AND a.action = suppress.action AND a.target = about) THEN
    RETURN QUERY SELECT n::int, 'done_before' FROM generate_subscripts(addresses, 1) AS n;
    RETURN;
  END IF;
  FOR said IN
    SELECT * FROM unnest(addresses, classes, untils, reasons) WITH ORDINALITY AS u(address, class, until, reason, place)
    -- In one order, so that two who do this at once never wait for each other.
    ORDER BY lower(u.address), u.class
  LOOP
    place := said.place;
    answer := holdfast.suppress_one(lower(said.address), said.class, said.until, said.reason);
    RETURN NEXT;
  END LOOP;
  PERFORM holdfast.note_action(
    suppress.operator, suppress.action, about, suppress.reason, suppress.request_id,
    detail => jsonb_build_object('number', cardinality(addresses)) || CASE WHEN cardinality(addresses) = 1 THEN jsonb_strip_nulls(
      jsonb_build_object('address', holdfast.digest_of_address(addresses[1]), 'until', untils[1])) ELSE '{}' END);
END $$;

CREATE FUNCTION holdfast.suppress_one(address text, class text, until timestamptz, reason text) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  ranks constant text[] := '{complaint,opt_out}';
  was holdfast.suppression;
  said holdfast.suppression;
BEGIN
  INSERT INTO holdfast.suppression AS s (address, class, reason, until)
  VALUES (suppress_one.address, suppress_one.class, suppress_one.reason, suppress_one.until)
  ON CONFLICT ON CONSTRAINT suppression_pkey DO UPDATE
    SET reason = excluded.reason, until = excluded.until, evidence = NULL, created_at = holdfast.clock()
    WHERE s.until <= holdfast.clock();
  IF FOUND THEN
    RETURN 'added';
  END IF;
  SELECT * INTO was FROM holdfast.suppression s WHERE s.address = suppress_one.address AND s.class = suppress_one.class FOR UPDATE;
  said := was;
  said.until := nullif(greatest(coalesce(was.until, 'infinity'), coalesce(suppress_one.until, 'infinity')), 'infinity');
  IF coalesce(array_position(ranks, suppress_one.reason), 3) < coalesce(array_position(ranks, was.reason), 3)
     OR (said.until IS DISTINCT FROM was.until AND NOT was.reason = ANY (ranks)) THEN
    said.reason := suppress_one.reason;
    said.evidence := NULL;
  END IF;
  IF said IS NOT DISTINCT FROM was THEN
    RETURN 'stands';
  END IF;
  UPDATE holdfast.suppression s SET reason = said.reason, until = said.until, evidence = said.evidence, created_at = holdfast.clock()
  WHERE s.address = was.address AND s.class = was.class;
  RETURN 'changed';
END $$;

-- Lifts the suppression of an address, of one class or of all; answers of which classes and why they stood, and whether that was done before,
-- under the same request: what stands since then, stands.
CREATE FUNCTION holdfast.unsuppress(address text, class text, target text, operator text, reason text, request_id text DEFAULT NULL)
  RETURNS TABLE (lifted_class text, was text, done_before boolean) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  about text := unsuppress.target || ' #' || left(holdfast.digest_of_address(concat_ws(',', address, class)), 12);
  gone jsonb;
  is_before boolean;
BEGIN
  PERFORM holdfast.lock_request(unsuppress.request_id);
  SELECT a.detail -> 'lifted' INTO gone FROM holdfast.audit a
  WHERE a.request_id = unsuppress.request_id AND a.action = 'suppressions remove' AND a.target = about;
  is_before := FOUND;
  IF NOT is_before THEN
    WITH lifted AS (
      DELETE FROM holdfast.suppression s
      WHERE s.address = lower(unsuppress.address) AND s.class = coalesce(unsuppress.class, s.class) RETURNING s.class, s.reason)
    SELECT jsonb_object_agg(l.class, l.reason) INTO gone FROM lifted l;
    -- What changed nothing is no action.
    IF gone IS NOT NULL THEN
      PERFORM holdfast.note_action(
        unsuppress.operator, 'suppressions remove', about, unsuppress.reason, unsuppress.request_id,
        detail => jsonb_build_object('lifted', gone, 'address', holdfast.digest_of_address(unsuppress.address)));
    END IF;
  END IF;
  RETURN QUERY SELECT e.key, e.value, is_before FROM jsonb_each_text(gone) AS e ORDER BY e.key;
END $$;

-- A letter that an operator holds ends with its time as any other: back in the queue, the claim that takes it settles it as expired, and whoever
-- must know is told. At most `most` at once; says how many. One in doubt stays: somebody has to say what is to become of that.
CREATE FUNCTION holdfast.let_expire(most int DEFAULT 200) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  let_go int;
BEGIN
  UPDATE holdfast.job j SET state = 'ready', due_before_hold = NULL, run_at = holdfast.clock()
  WHERE j.id = ANY (ARRAY(
    SELECT over.id
    -- Held letters stand behind all others of their queue and priority, where the claims' index finds them.
    FROM (SELECT DISTINCT k.queue FROM holdfast.kind k) AS q CROSS JOIN generate_series(0, 2) AS p(priority)
    CROSS JOIN LATERAL (
      SELECT h.id FROM holdfast.job h
      WHERE h.queue = q.queue AND h.priority = p.priority AND h.run_at = 'infinity' AND h.state = 'held' AND h.expires_at <= holdfast.clock()
        AND num_nonnulls(h.in_doubt_at, h.rescued_at) = 0
      LIMIT let_expire.most FOR NO KEY UPDATE SKIP LOCKED) AS over
    LIMIT let_expire.most));
  GET DIAGNOSTICS let_go = ROW_COUNT;
  RETURN let_go;
END $$;

-- What these are made of, and what only operators are granted (deploy/roles.sql).
REVOKE EXECUTE ON FUNCTION holdfast.note_action(text, text, text, text, text, uuid, bigint, jsonb),
  holdfast.note_disclosure(text, text, text, text, uuid[]), holdfast.stop_letters(text, text, text), holdfast.resume_letters(text, text, text),
  holdfast.lock_request(text),
  holdfast.letter_of(bigint), holdfast.which_of(jsonb), holdfast.fits_owed(text, holdfast.job, text), holdfast.change_owed(text, bigint, text, text, text, text),
  holdfast.change_one(text, holdfast.job, text), holdfast.end_owed(holdfast.job, text),
  holdfast.suppress(text[], text[], timestamptz[], text[], text, text, text, text, text), holdfast.suppress_one(text, text, timestamptz, text),
  holdfast.unsuppress(text, text, text, text, text, text), holdfast.digest_of_address(text), holdfast.let_expire(int) FROM PUBLIC;
