-- What stands behind a link: redeem it, look at it, ask for a new one.
--
-- Locks are taken in one order by everybody: the subject's row, a provider's calendar, jobs, links. Claims and `rekey_links` wait for nobody.

-- Whoever takes a time looks first, and one at a time for each provider. The exclusion constraint alone lets two who take one time in the same
-- moment, or one who takes it while its row is being changed, wait for each other, until the server calls one of them a deadlock.
-- Fires behind `a_keep_hold_rules`, whose expiry of lapsed holds takes rows: rows come first.
CREATE FUNCTION booking.take_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.state IN ('pending', 'confirmed')
     AND (TG_OP = 'INSERT' OR (NEW.provider_id, NEW.starts_at, NEW.ends_at) <> (OLD.provider_id, OLD.starts_at, OLD.ends_at)) THEN
    -- What it replaces is changed next, and rows come before calendars.
    PERFORM FROM booking.reservation r WHERE r.id = NEW.replaces FOR NO KEY UPDATE;
    PERFORM pg_advisory_xact_lock(hashtext('booking.reservation'), hashtext(NEW.provider_id::text));
    IF EXISTS (SELECT FROM booking.reservation r
               WHERE r.provider_id = NEW.provider_id AND r.state IN ('pending', 'confirmed') AND r.id <> NEW.id
                 AND tstzrange(r.starts_at, r.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)) THEN
      RAISE EXCEPTION 'this time is taken; offer another one'
        USING ERRCODE = 'exclusion_violation', SCHEMA = 'booking', TABLE = 'reservation', CONSTRAINT = 'reservation_slot';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_take_time BEFORE INSERT OR UPDATE ON booking.reservation FOR EACH ROW EXECUTE FUNCTION booking.take_time();

-- How the link itself stands, whatever its subject does. `expired`: its time or its uses are over.
CREATE FUNCTION holdfast.standing_of_token(l holdfast.link) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN l.revoked_at IS NOT NULL THEN 'revoked'
              WHEN l.expires_at <= holdfast.clock() OR l.uses >= l.max_uses THEN 'expired'
              ELSE 'open' END $$;

-- The end of a reservation is a generation too: the links it revoked are those of the generation before, and `ended` says more than `revoked`.
CREATE FUNCTION holdfast.standing_of_time(l holdfast.link, r booking.reservation) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  now_at timestamptz := holdfast.clock();
  token text := holdfast.standing_of_token(l);
BEGIN
  RETURN CASE
    WHEN l.gen < r.link_gen - (r.state NOT IN ('pending', 'confirmed'))::int THEN 'changed'
    WHEN r.state = 'expired' THEN 'expired'
    WHEN r.state NOT IN ('pending', 'confirmed') THEN 'ended'
    WHEN token = 'revoked' THEN 'revoked'
    WHEN l.purpose = 'rsv' AND r.state = 'confirmed' THEN 'already'
    WHEN l.purpose = 'rsv' AND r.hold_expires_at <= now_at THEN 'expired'
    WHEN l.purpose = 'appt' AND r.state = 'pending' THEN 'changed'
    -- A time that the provider asks to move may be moved by the letter that asks, for as long as its link works.
    WHEN l.purpose = 'appt' AND r.starts_at > now_at AND (r.reschedule_requested_at IS NULL OR token <> 'open')
         AND now_at > r.starts_at - (SELECT p.edit_cutoff FROM booking.provider p WHERE p.id = r.provider_id) THEN 'inside_cutoff'
    WHEN l.purpose = 'appt' AND r.starts_at <= now_at THEN 'expired'
    WHEN token <> 'open' THEN token
    WHEN l.purpose = 'rsv' AND EXISTS (SELECT FROM booking.payor y WHERE y.id = r.payor_id AND y.requires_authorization)
      THEN 'requires_authorization'
    ELSE 'open' END;
END $$;

-- A provider's booking link that was replaced is not sent again by itself: no newer letter explains it.
CREATE FUNCTION holdfast.standing_of_invitation(l holdfast.link, i booking.invitation) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN i.booked IS NOT NULL THEN 'already'
              WHEN i.withdrawn_at IS NOT NULL OR l.gen < (SELECT p.link_gen FROM booking.provider p WHERE p.id = i.provider_id) THEN 'revoked'
              ELSE holdfast.standing_of_token(l) END $$;

CREATE FUNCTION holdfast.standing_of_client(l holdfast.link, c booking.client) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN l.gen < c.link_gen THEN 'changed'
              WHEN c.status = 'archived' THEN 'ended'
              WHEN l.revoked_at IS NOT NULL THEN 'revoked'
              WHEN l.purpose = 'act' AND c.portal_activated_at IS NOT NULL THEN 'already'
              ELSE holdfast.standing_of_token(l) END $$;

-- How a link stands now. `ended` when its subject is gone altogether.
CREATE FUNCTION holdfast.standing_of(l holdfast.link) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    CASE WHEN l.purpose IN ('rsv', 'appt') THEN (SELECT holdfast.standing_of_time(l, r) FROM booking.reservation r WHERE r.id = l.subject_id)
         WHEN l.purpose = 'inv' THEN (SELECT holdfast.standing_of_invitation(l, i) FROM booking.invitation i WHERE i.id = l.subject_id)
         ELSE (SELECT holdfast.standing_of_client(l, c) FROM booking.client c WHERE c.id = l.subject_id) END,
    'ended') $$;

-- Whoever redeems one of a subject's links comes after whoever did before, and after whoever changes the subject.
CREATE FUNCTION holdfast.lock_subject(l holdfast.link) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF l.purpose IN ('rsv', 'appt') THEN
    PERFORM FROM booking.reservation r WHERE r.id = l.subject_id FOR NO KEY UPDATE;
  ELSIF l.purpose = 'inv' THEN
    PERFORM FROM booking.invitation i WHERE i.id = l.subject_id FOR NO KEY UPDATE;
  ELSE
    PERFORM FROM booking.client c WHERE c.id = l.subject_id FOR NO KEY UPDATE;
  END IF;
END $$;

-- Takes or gives back a held time. A hold that was confirmed is not declined any more: the newest letter has the link that cancels it.
CREATE FUNCTION holdfast.redeem_hold(l holdfast.link, action text, client_id uuid) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  r booking.reservation%ROWTYPE;
  standing text := holdfast.standing_of(l);
BEGIN
  SELECT * INTO r FROM booking.reservation WHERE id = l.subject_id;
  IF redeem_hold.action = 'decline' THEN
    IF standing IN ('open', 'requires_authorization') THEN
      UPDATE booking.reservation SET state = 'cancelled', changed_by = 'client' WHERE id = r.id;
      RETURN 'done';
    END IF;
    RETURN CASE WHEN standing = 'already' THEN 'changed'
                WHEN standing = 'ended' AND r.state = 'cancelled' AND r.changed_by = 'client' AND r.client_id IS NULL THEN 'already'
                ELSE standing END;
  ELSIF standing <> 'open' THEN
    RETURN standing;
  ELSIF r.client_id <> redeem_hold.client_id
        OR NOT EXISTS (SELECT FROM booking.client c WHERE c.id = redeem_hold.client_id AND c.status <> 'archived') THEN
    RAISE EXCEPTION 'holdfast.redeem: this reservation cannot be confirmed for that client; pass the id of the client who filled in the form'
      USING ERRCODE = 'HF013';
  END IF;
  UPDATE booking.reservation SET state = 'confirmed', client_id = redeem_hold.client_id, changed_by = 'client' WHERE id = r.id;
  RETURN 'done';
END $$;

-- Cancels or moves a confirmed time. A form that was sent twice finds its own work done.
CREATE FUNCTION holdfast.redeem_appointment(l holdfast.link, action text, starts_at timestamptz, ends_at timestamptz) RETURNS text
  LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  r booking.reservation%ROWTYPE;
  standing text := holdfast.standing_of(l);
BEGIN
  SELECT * INTO r FROM booking.reservation WHERE id = l.subject_id;
  IF redeem_appointment.action = 'cancel' THEN
    IF standing = 'open' THEN
      UPDATE booking.reservation SET state = 'cancelled', changed_by = 'client' WHERE id = r.id;
      RETURN 'done';
    END IF;
    RETURN CASE WHEN standing = 'ended' AND r.state = 'cancelled' AND r.changed_by = 'client' THEN 'already' ELSE standing END;
  ELSIF (r.state, r.starts_at, r.ends_at) = ('confirmed', redeem_appointment.starts_at, redeem_appointment.ends_at)
        AND (standing = 'open' OR (standing = 'changed' AND l.uses > 0)) THEN
    RETURN 'already';
  ELSIF standing <> 'open' THEN
    RETURN standing;
  ELSIF redeem_appointment.starts_at <= holdfast.clock() THEN
    RAISE EXCEPTION 'holdfast.redeem: a time can only be moved to one that is ahead' USING ERRCODE = 'HF019';
  END IF;
  UPDATE booking.reservation SET starts_at = redeem_appointment.starts_at, ends_at = redeem_appointment.ends_at, changed_by = 'client',
    reschedule_requested_at = NULL
  WHERE id = r.id;
  RETURN 'done';
END $$;

CREATE FUNCTION holdfast.redeem_activation(l holdfast.link) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  standing text := holdfast.standing_of(l);
BEGIN
  IF standing <> 'open' THEN
    RETURN standing;
  END IF;
  UPDATE booking.client c SET portal_activated_at = holdfast.clock() WHERE c.id = l.subject_id;
  UPDATE booking.signup_task t SET state = 'done' WHERE t.client_id = l.subject_id AND t.kind = 'activate_portal' AND t.state = 'open';
  RETURN 'done';
END $$;

-- Ties the booking that the application has made to the invitation it came by.
CREATE FUNCTION holdfast.redeem_invitation(l holdfast.link, reservation_id uuid) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  standing text := holdfast.standing_of(l);
BEGIN
  IF standing <> 'open' THEN
    RETURN standing;
  END IF;
  UPDATE booking.invitation i SET booked = r.id
  FROM booking.reservation r
  WHERE i.id = l.subject_id AND r.id = redeem_invitation.reservation_id AND r.provider_id = i.provider_id AND r.state IN ('pending', 'confirmed')
    AND NOT EXISTS (SELECT FROM booking.invitation o WHERE o.booked = r.id);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'holdfast.redeem: reservation_id is the reservation that this transaction inserted with the inviting provider'
      USING ERRCODE = 'HF017';
  END IF;
  RETURN 'done';
END $$;

-- Ends or takes up again the optional letters of one class to the client's address of now.
CREATE FUNCTION holdfast.redeem_preference(l holdfast.link, action text, class text) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  standing text := holdfast.standing_of(l);
  of_class text := coalesce(redeem_preference.class, (SELECT k.class FROM holdfast.kind k WHERE k.name = l.kind));
  reader text := (SELECT lower(c.email) FROM booking.client c WHERE c.id = l.subject_id);
BEGIN
  IF standing <> 'open' THEN
    RETURN standing;
  ELSIF of_class IS NULL OR of_class NOT IN ('reminder', 'task', 'survey') THEN
    RAISE EXCEPTION 'holdfast.redeem: this link does not say which letters it ends; pass class => reminder, task or survey'
      USING ERRCODE = 'HF018';
  ELSIF redeem_preference.action = 'opt_in' THEN
    DELETE FROM holdfast.suppression s WHERE s.address = reader AND s.class = of_class AND s.reason = 'opt_out';
  ELSE
    -- One that ends by itself becomes one that does not.
    INSERT INTO holdfast.suppression AS s (address, class, reason, evidence) VALUES (reader, of_class, 'opt_out', l.job_id)
    ON CONFLICT (address, class) DO UPDATE
      SET reason = excluded.reason, evidence = excluded.evidence, until = NULL, created_at = excluded.created_at
      WHERE s.until IS NOT NULL;
  END IF;
  RETURN CASE WHEN FOUND THEN 'done' ELSE 'already' END;
END $$;

-- Refuses what no link could make right; answers the action that is meant.
CREATE FUNCTION holdfast.redeem_action(
  purpose text, action text, client_id uuid, starts_at timestamptz, ends_at timestamptz, reservation_id uuid, class text)
  RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  known text[] := CASE purpose WHEN 'rsv' THEN '{confirm,decline}'::text[] WHEN 'appt' THEN '{cancel,move}' WHEN 'act' THEN '{activate}'
                               WHEN 'task' THEN '{open}' WHEN 'inv' THEN '{book}' WHEN 'pref' THEN '{opt_out,opt_in}' END;
  -- Where there is but one thing to do it need not be said.
  meant text := coalesce(action, CASE WHEN cardinality(known) = 1 THEN known[1] END);
BEGIN
  IF known IS NULL THEN
    RAISE EXCEPTION 'holdfast.redeem: purpose is rsv, appt, act, task, inv or pref' USING ERRCODE = 'HF010';
  ELSIF meant IS NULL OR meant <> ALL (known) THEN
    RAISE EXCEPTION 'holdfast.redeem: the action of a link of purpose % is %', purpose, array_to_string(known, ' or ') USING ERRCODE = 'HF011';
  ELSIF meant = 'confirm' AND client_id IS NULL THEN
    RAISE EXCEPTION 'holdfast.redeem: confirm needs client_id => the id of the client who filled in the form' USING ERRCODE = 'HF012';
  ELSIF meant = 'move' AND (starts_at IS NULL OR ends_at IS NULL) THEN
    RAISE EXCEPTION 'holdfast.redeem: move needs starts_at and ends_at' USING ERRCODE = 'HF014';
  ELSIF meant = 'move' AND NOT (isfinite(starts_at) AND ends_at > starts_at AND ends_at <= starts_at + interval '24 hours') THEN
    RAISE EXCEPTION 'holdfast.redeem: ends_at lies behind starts_at, by 24 hours at most' USING ERRCODE = 'HF015';
  ELSIF meant = 'book' AND reservation_id IS NULL THEN
    RAISE EXCEPTION 'holdfast.redeem: book needs reservation_id => the reservation that this transaction inserted' USING ERRCODE = 'HF016';
  ELSIF class NOT IN ('reminder', 'task', 'survey') THEN
    RAISE EXCEPTION 'holdfast.redeem: class is reminder, task or survey; other letters cannot be ended' USING ERRCODE = 'HF018';
  END IF;
  RETURN meant;
END $$;

-- Does what a link is for, in the caller's transaction: exactly one of many calls at once does it. The caller has verified the token; `jti`
-- and `purpose` are the token's and the route's.
--
-- rsv: confirm (client_id) or decline · appt: cancel, or move (starts_at, ends_at) · act: activate · task: open, which only counts the use ·
-- inv: book (reservation_id) · pref: opt_out or opt_in, of the letter's class unless `class` says another.
--
-- Answers `done`; `already`, it had been done before with the same result; `expired`, the link's or the hold's time is over; `changed`, a
-- newer letter tells how it stands; `revoked`; `inside_cutoff`, the provider has to be asked; `ended`, there is nothing left to do it to;
-- `requires_authorization`, the payor has to be asked first; `unknown`, there is no such link for this purpose. Only `done` changed anything:
-- after any other answer a transaction that had inserted something for it is to be rolled back.
-- Call it as a table, SELECT … FROM holdfast.redeem(…), which runs it once. A time that is taken refuses a move with 23P01.
CREATE FUNCTION holdfast.redeem(
  jti uuid, purpose text, action text DEFAULT NULL, client_id uuid DEFAULT NULL, starts_at timestamptz DEFAULT NULL,
  ends_at timestamptz DEFAULT NULL, reservation_id uuid DEFAULT NULL, class text DEFAULT NULL)
  RETURNS TABLE (outcome text, subject_id uuid)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  meant text := holdfast.redeem_action(redeem.purpose, redeem.action, redeem.client_id, redeem.starts_at, redeem.ends_at,
                                       redeem.reservation_id, redeem.class);
  l holdfast.link%ROWTYPE;
BEGIN
  SELECT * INTO l FROM holdfast.link WHERE jti = redeem.jti AND purpose = redeem.purpose;
  outcome := 'unknown';
  IF FOUND THEN
    PERFORM holdfast.lock_subject(l);
    -- Read again: what somebody did to it until we had the lock counts.
    SELECT * INTO l FROM holdfast.link WHERE jti = redeem.jti;
    subject_id := l.subject_id;
    outcome := CASE l.purpose
      WHEN 'rsv' THEN holdfast.redeem_hold(l, meant, redeem.client_id)
      WHEN 'appt' THEN holdfast.redeem_appointment(l, meant, redeem.starts_at, redeem.ends_at)
      WHEN 'act' THEN holdfast.redeem_activation(l)
      WHEN 'inv' THEN holdfast.redeem_invitation(l, redeem.reservation_id)
      WHEN 'pref' THEN holdfast.redeem_preference(l, meant, redeem.class)
      ELSE replace(holdfast.standing_of(l), 'open', 'done') END;
  END IF;
  IF outcome = 'done' THEN
    UPDATE holdfast.link k SET uses = k.uses + 1, first_used_at = coalesce(k.first_used_at, holdfast.clock()) WHERE k.jti = l.jti;
  END IF;
  RETURN NEXT;
END $$;

-- What a page may show before anybody presses a button: the words of `redeem`, or `open`. Changes nothing, locks nothing, names nobody.
CREATE FUNCTION holdfast.link_state(jti uuid) RETURNS TABLE (state text, purpose text, subject_id uuid, expires_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN l.jti IS NULL THEN 'unknown' ELSE holdfast.standing_of(l) END, l.purpose, l.subject_id, l.expires_at
  FROM (SELECT link_state.jti) AS asked(jti) LEFT JOIN holdfast.link l ON l.jti = asked.jti $$;

-- When new links were asked for, of the last day. A row goes a day after the last request, by whoever asks next.
CREATE TABLE holdfast.reissue (
  subject_id uuid PRIMARY KEY,
  asked_at timestamptz[] NOT NULL CHECK (cardinality(asked_at) > 0));

-- Which letter would bring a new link of this kind, about what, and until when it helps; no row when none would.
CREATE FUNCTION holdfast.fitting_letter(l holdfast.link) RETURNS TABLE (kind text, subject_kind text, subject_id uuid, expires_at timestamptz)
  LANGUAGE sql STABLE AS $$
  SELECT 'reservation.confirm', 'reservation', r.id, r.hold_expires_at
  FROM booking.reservation r WHERE l.purpose = 'rsv' AND r.id = l.subject_id AND r.state = 'pending' AND r.hold_expires_at > holdfast.clock()
  UNION ALL
  SELECT CASE WHEN r.reschedule_requested_at IS NULL THEN 'appointment.confirmed' ELSE 'appointment.reschedule_request' END,
         'reservation', r.id, r.starts_at
  FROM booking.reservation r WHERE l.purpose = 'appt' AND r.id = l.subject_id
  UNION ALL
  (SELECT 'portal.activate', 'signup_task', t.id, NULL
   FROM booking.signup_task t WHERE l.purpose = 'act' AND t.client_id = l.subject_id AND t.kind = 'activate_portal' AND t.state = 'open'
   ORDER BY t.created_at DESC, t.id LIMIT 1)
  UNION ALL
  SELECT 'provider.invite', 'invitation', i.id, NULL FROM booking.invitation i WHERE l.purpose = 'inv' AND i.id = l.subject_id $$;

-- Mails a new link to the address on record, for a reader whose own has run out or is lost; older copies stay as good as they were.
--
-- Answers `queued`; `cooldown`, one was asked for less than ten minutes ago; `capped`, three were asked for within a day; `closed`, no new link
-- would help. A page gives one reply for all four, so that it tells nobody what there is.
CREATE FUNCTION holdfast.reissue(jti uuid) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  now_at timestamptz := holdfast.clock();
  l holdfast.link%ROWTYPE;
  letter record;
  asked timestamptz[];
BEGIN
  SELECT * INTO l FROM holdfast.link WHERE jti = reissue.jti;
  IF NOT FOUND THEN
    RETURN 'closed';
  END IF;
  PERFORM holdfast.lock_subject(l);
  SELECT * INTO l FROM holdfast.link WHERE jti = reissue.jti;
  SELECT * INTO letter FROM holdfast.fitting_letter(l);
  -- Not for a link of the past: whoever was mailed it may be somebody else.
  IF letter.kind IS NULL OR holdfast.standing_of(l) NOT IN ('open', 'expired') THEN
    RETURN 'closed';
  END IF;
  asked := ARRAY(SELECT t FROM holdfast.reissue a, unnest(a.asked_at) AS t WHERE a.subject_id = l.subject_id AND t > now_at - interval '24 hours' ORDER BY t);
  IF asked[cardinality(asked)] > now_at - interval '10 minutes' THEN
    RETURN 'cooldown';
  ELSIF cardinality(asked) >= 3 THEN
    RETURN 'capped';
  END IF;
  INSERT INTO holdfast.reissue (subject_id, asked_at) VALUES (l.subject_id, asked || now_at)
  ON CONFLICT (subject_id) DO UPDATE SET asked_at = excluded.asked_at;
  DELETE FROM holdfast.reissue a WHERE a.subject_id IN (
    SELECT o.subject_id FROM holdfast.reissue o WHERE o.asked_at[cardinality(o.asked_at)] <= now_at - interval '24 hours'
    LIMIT 100 FOR UPDATE SKIP LOCKED);
  PERFORM holdfast.enqueue(letter.kind, letter.subject_kind, letter.subject_id, expires_at => letter.expires_at, args => '{"reason": "reissued"}');
  RETURN 'queued';
END $$;

-- Whoever may execute a trigger's function could put it on a table of their own; the rest is what `redeem` and its like are made of.
REVOKE EXECUTE ON FUNCTION booking.take_time(), holdfast.standing_of_token(holdfast.link),
  holdfast.standing_of_time(holdfast.link, booking.reservation), holdfast.standing_of_invitation(holdfast.link, booking.invitation),
  holdfast.standing_of_client(holdfast.link, booking.client), holdfast.standing_of(holdfast.link), holdfast.lock_subject(holdfast.link),
  holdfast.redeem_hold(holdfast.link, text, uuid), holdfast.redeem_appointment(holdfast.link, text, timestamptz, timestamptz),
  holdfast.redeem_activation(holdfast.link), holdfast.redeem_invitation(holdfast.link, uuid),
  holdfast.redeem_preference(holdfast.link, text, text), holdfast.fitting_letter(holdfast.link) FROM PUBLIC;
