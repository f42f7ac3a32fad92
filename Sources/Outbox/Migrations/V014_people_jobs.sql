-- Invitations, tasks, check-ins, messages and changed addresses: which letters each owes.

ALTER TABLE booking.signup_task ALTER created_at SET DEFAULT holdfast.clock();
ALTER TABLE booking.invitation ALTER created_at SET DEFAULT holdfast.clock();
ALTER TABLE booking.address_change ALTER at SET DEFAULT holdfast.clock();
-- What came up in the last days and is still to do.
CREATE INDEX signup_task_to_do ON booking.signup_task (created_at, client_id) WHERE state = 'open' AND kind <> 'activate_portal';
-- The provider who knows a client best is that of the newest time.
CREATE INDEX reservation_taken ON booking.reservation (client_id, starts_at) WHERE state IN ('confirmed', 'completed', 'no_show');

-- Refusals. A CHECK or NOT NULL that fails prints the whole row into the server's log, names and addresses too: whatever a person can get
-- wrong is refused before that, by a code and a sentence that say nothing of anybody.
CREATE FUNCTION booking.refuse_unless(holds boolean, code text, sentence text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = sentence;
  END IF;
END $$;

CREATE FUNCTION booking.check_reader(name text, email text, tz text, locale text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM booking.refuse_unless(booking.is_name(name), 'BK020',
    'a name has 1 to 64 characters, none of them a control, a direction mark, <, > or @, and holds no link');
  PERFORM booking.refuse_unless(booking.is_address(email), 'BK021', 'an email address is one plain address, as in name@example.org');
  PERFORM booking.refuse_unless(booking.is_time_zone(tz), 'BK022', 'a time zone is a region''s name, as in Europe/Berlin');
  PERFORM booking.refuse_unless(booking.is_locale(locale), 'BK023', 'a locale is a language tag, as in en or es-MX');
END $$;

CREATE FUNCTION booking.keep_provider_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM booking.check_reader(NEW.display_name, NEW.email, NEW.tz, NEW.locale);
  PERFORM booking.refuse_unless(NEW.booking_slug ~ '^[a-z0-9-]{3,64}$', 'BK024', 'a booking slug has 3 to 64 of a-z, 0-9 and -');
  PERFORM booking.refuse_unless(
    NEW.hold_for BETWEEN '1 hour' AND '14 days' AND NEW.edit_cutoff BETWEEN '0' AND '14 days'
      AND NEW.most_holds > 0 AND num_nulls(NEW.referrals_on, NEW.notices, NEW.link_gen) = 0,
    'BK025', 'a provider''s hold_for is 1 hour to 14 days, edit_cutoff 0 to 14 days, most_holds 1 or more, and no setting is NULL');
  IF TG_OP = 'UPDATE' THEN
    NEW.link_gen := greatest(NEW.link_gen, OLD.link_gen);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_keep_provider_rules BEFORE INSERT OR UPDATE ON booking.provider FOR EACH ROW EXECUTE FUNCTION booking.keep_provider_rules();

-- As before, and check-ins end only by a request and a decision on it: somebody in treatment does not drop out of sight by one click. Another
-- address is another reader: links mailed to the old one stop working.
CREATE OR REPLACE FUNCTION booking.keep_client_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM booking.check_reader(NEW.display_name, NEW.email, NEW.tz, NEW.locale);
  PERFORM booking.refuse_unless(
    NEW.privacy IN ('discreet', 'standard') AND NEW.checkins IN ('on', 'off_requested', 'off')
      AND NEW.status IN ('active', 'paused', 'archived') AND NEW.link_gen IS NOT NULL,
    'BK025', 'a client''s privacy is discreet or standard; checkins on, off_requested or off; status active, paused or archived');
  IF TG_OP = 'UPDATE' THEN
    PERFORM booking.refuse_unless((OLD.checkins, NEW.checkins) NOT IN (('on', 'off'), ('off', 'off_requested')), 'BK026',
      'check-ins are turned off by a request that a provider approves: on, then off_requested, then off');
    NEW.link_gen := greatest(NEW.link_gen, OLD.link_gen + (lower(NEW.email) <> lower(OLD.email))::int);
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER a_keep_client_rules ON booking.client;
CREATE TRIGGER a_keep_client_rules BEFORE INSERT OR UPDATE ON booking.client FOR EACH ROW EXECUTE FUNCTION booking.keep_client_rules();

-- An invitation is a letter to somebody: it can end, and nothing else of it can change. A mended address is another invitation.
CREATE FUNCTION booking.keep_invitation_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM booking.check_reader(NEW.name, NEW.email, NEW.tz, NEW.locale);
  PERFORM booking.refuse_unless(num_nulls(NEW.provider_id, NEW.created_at) = 0, 'BK025', 'an invitation has a provider and a time it was made');
  IF TG_OP = 'UPDATE' THEN
    PERFORM booking.refuse_unless(
      (NEW.id, NEW.provider_id, NEW.name, NEW.email, NEW.tz, NEW.locale, NEW.created_at)
        = (OLD.id, OLD.provider_id, OLD.name, OLD.email, OLD.tz, OLD.locale, OLD.created_at),
      'BK027', 'an invitation stays as it was mailed: withdraw it and insert a new one');
    PERFORM booking.refuse_unless(
      NOT (OLD.booked IS NOT NULL AND NEW.booked IS DISTINCT FROM OLD.booked)
        AND NOT (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS NULL OR NEW.booked IS DISTINCT FROM OLD.booked)),
      'BK028', 'an invitation that has ended stays ended: insert a new one');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_keep_invitation_rules BEFORE INSERT OR UPDATE ON booking.invitation FOR EACH ROW EXECUTE FUNCTION booking.keep_invitation_rules();

CREATE FUNCTION booking.keep_signup_task_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM booking.refuse_unless(
    NEW.kind IN ('activate_portal', 'accept_agreements', 'intake_form', 'assessment', 'survey', 'schedule_follow_up')
      AND NEW.state IN ('open', 'done', 'void') AND num_nulls(NEW.client_id, NEW.created_at) = 0,
    'BK029', 'a task has a client, a kind (activate_portal, accept_agreements, intake_form, assessment, survey or schedule_follow_up) '
      || 'and a state (open, done or void)');
  RETURN NEW;
END $$;
CREATE TRIGGER a_keep_signup_task_rules BEFORE INSERT OR UPDATE ON booking.signup_task FOR EACH ROW EXECUTE FUNCTION booking.keep_signup_task_rules();

-- Many messages are one notice: it speaks of the first unread one, whatever an application writes for those after it.
CREATE FUNCTION booking.unread_since(was timestamptz, is_now timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN is_now IS NOT NULL THEN coalesce(was, least(is_now, holdfast.clock())) END $$;

CREATE FUNCTION booking.keep_message_thread_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unread_by_client_since := booking.unread_since(OLD.unread_by_client_since, NEW.unread_by_client_since);
  NEW.unread_by_provider_since := booking.unread_since(OLD.unread_by_provider_since, NEW.unread_by_provider_since);
  RETURN NEW;
END $$;
CREATE TRIGGER a_keep_message_thread_rules BEFORE INSERT OR UPDATE ON booking.message_thread
  FOR EACH ROW EXECUTE FUNCTION booking.keep_message_thread_rules();

-- What is owed. Rows of people and reservations are locked before jobs, and jobs before links, as everybody else does: no two can deadlock.

-- Takes back letters of some kinds only; their keys are free again.
CREATE FUNCTION booking.withdraw_kinds(subject_id uuid, kinds text[], reason text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM holdfast.job j
    WHERE j.subject_id = withdraw_kinds.subject_id AND j.kind = ANY (withdraw_kinds.kinds) AND j.state IN ('ready', 'held') RETURNING j.*),
  freed AS (DELETE FROM holdfast.dedupe d USING gone g WHERE d.key = g.dedupe_key)
  INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
  SELECT g.id, g.claim_no, g.subject_id, g.attempts, g.subject_gen, true, 'cancelled', g.kind, g.subject_kind, g.audience,
         withdraw_kinds.reason, g.args
  FROM gone g $$;

CREATE FUNCTION booking.owe_for_invitation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.withdrawn_at, NEW.booked) IS DISTINCT FROM (OLD.withdrawn_at, OLD.booked) THEN
      PERFORM holdfast.withdraw(NEW.id, 'the invitation ended');
      PERFORM holdfast.revoke_links(NEW.id);
    END IF;
  ELSIF NEW.withdrawn_at IS NULL AND NEW.booked IS NULL THEN
    PERFORM holdfast.enqueue('provider.invite', 'invitation', NEW.id, dedupe_key => 'provider.invite:' || NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER INSERT OR UPDATE ON booking.invitation FOR EACH ROW EXECUTE FUNCTION booking.owe_for_invitation();

CREATE FUNCTION booking.owe_for_provider() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  void uuid[];
BEGIN
  IF lower(NEW.email) <> lower(OLD.email) THEN
    INSERT INTO booking.address_change (provider_id, old_email, new_email) VALUES (NEW.id, OLD.email, NEW.email);
  END IF;
  IF NEW.link_gen <> OLD.link_gen THEN
    SELECT array_agg(o.id) INTO void FROM (
      SELECT i.id FROM booking.invitation i
      WHERE i.provider_id = NEW.id AND i.withdrawn_at IS NULL AND i.booked IS NULL ORDER BY i.id FOR UPDATE) AS o;
    PERFORM holdfast.withdraw(v.id, 'the provider''s links were renewed') FROM unnest(void) AS v(id);
    PERFORM holdfast.revoke_links(v.id) FROM unnest(void) AS v(id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER UPDATE ON booking.provider FOR EACH ROW EXECUTE FUNCTION booking.owe_for_provider();

-- Whoever changed an address may not be whom it belongs to: both the old and the new one are told.
CREATE FUNCTION booking.owe_for_address_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM holdfast.enqueue(
    'security.notice', 'address_change', NEW.id, dedupe_key => 'security.notice:' || NEW.id || ':' || reader.which,
    args => jsonb_build_object('to', reader.which, 'audience', CASE WHEN NEW.provider_id IS NULL THEN 'client' ELSE 'provider' END))
  FROM (VALUES ('old'), ('new')) AS reader(which);
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER INSERT ON booking.address_change FOR EACH ROW EXECUTE FUNCTION booking.owe_for_address_change();

-- A request to end check-ins goes to the provider of the client's newest time. Without one there is nobody to ask: the practice decides.
CREATE FUNCTION booking.owe_for_checkins(client_id uuid, was text, is_now text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text := ':' || owe_for_checkins.client_id || ':' || extract(epoch FROM holdfast.clock())::bigint;
  asked uuid;
BEGIN
  IF is_now = 'off_requested' THEN
    SELECT r.provider_id INTO asked FROM booking.reservation r
    WHERE r.client_id = owe_for_checkins.client_id AND r.state IN ('confirmed', 'completed', 'no_show') ORDER BY r.starts_at DESC LIMIT 1;
    IF FOUND THEN
      PERFORM holdfast.enqueue('checkin.optout_requested', 'client', owe_for_checkins.client_id, dedupe_key => 'checkin.optout_requested' || key,
                               args => jsonb_build_object('provider_id', asked));
    END IF;
  ELSIF was = 'off_requested' THEN
    PERFORM booking.withdraw_kinds(owe_for_checkins.client_id, '{checkin.optout_requested}', 'the request was decided');
    PERFORM holdfast.enqueue('checkin.optout_decided', 'client', owe_for_checkins.client_id, dedupe_key => 'checkin.optout_decided' || key,
                             args => jsonb_build_object('approved', is_now = 'off'));
  END IF;
  IF is_now = 'off' THEN
    PERFORM booking.withdraw_kinds(owe_for_checkins.client_id, '{checkin.due}', 'check-ins are off');
  END IF;
END $$;

-- Another reader has been told nothing, not by a letter under way either: what is ahead is told anew, with links of its own. `changed_by` stays:
-- nobody changed the time.
CREATE FUNCTION booking.readdress_reservations(client_id uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH ahead AS (
    SELECT r.id, r.series_id FROM booking.reservation r
    WHERE r.client_id = readdress_reservations.client_id AND r.state = 'confirmed' AND r.starts_at > holdfast.clock() ORDER BY r.id FOR UPDATE),
  matter AS (SELECT a.id FROM ahead a UNION SELECT a.series_id FROM ahead a WHERE a.series_id IS NOT NULL),
  forgotten AS (DELETE FROM holdfast.told t USING matter m WHERE t.subject_id = m.id AND t.audience = 'client'),
  unheard AS (
    UPDATE holdfast.job j SET telling = NULL, telling_seq = NULL FROM matter m
    WHERE j.subject_id = m.id AND j.audience = 'client' AND j.state = 'running' AND j.telling IS NOT NULL)
  UPDATE booking.reservation r SET link_gen = r.link_gen + 1 FROM ahead a WHERE r.id = a.id $$;

-- As before, and a changed address, a decision about check-ins and a pause owe and withdraw letters.
CREATE OR REPLACE FUNCTION booking.owe_for_client() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF lower(NEW.email) <> lower(OLD.email) THEN
    INSERT INTO booking.address_change (client_id, old_email, new_email) VALUES (NEW.id, OLD.email, NEW.email);
    PERFORM booking.readdress_reservations(NEW.id);
  END IF;
  IF NEW.link_gen <> OLD.link_gen OR (NEW.portal_activated_at IS NULL) <> (OLD.portal_activated_at IS NULL) OR NEW.status <> OLD.status THEN
    PERFORM booking.owe_activation(t) FROM booking.signup_task t WHERE t.client_id = NEW.id AND t.state = 'open' ORDER BY t.id;
  END IF;
  IF NEW.checkins <> OLD.checkins THEN
    PERFORM booking.owe_for_checkins(NEW.id, OLD.checkins, NEW.checkins);
  END IF;
  IF NEW.status <> OLD.status AND NEW.status <> 'active' THEN
    PERFORM booking.withdraw_kinds(NEW.id, '{task.digest,checkin.due,survey.request}', 'the client is not active');
  END IF;
  -- Jobs before links, as a claim takes them: the other order could deadlock with it. A letter that is owed still and was never in doubt gets
  -- a link of the new generation at its next claim.
  IF NEW.link_gen <> OLD.link_gen THEN
    DELETE FROM holdfast.link l USING holdfast.job j
    WHERE l.subject_id = NEW.id AND j.id = l.job_id AND j.state = 'ready' AND j.in_doubt_at IS NULL AND j.rescued_at IS NULL;
    PERFORM holdfast.revoke_links(NEW.id);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION booking.owe_for_message_thread() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  reader record;
  key text;
BEGIN
  FOR reader IN
    SELECT * FROM (VALUES ('client', OLD.unread_by_client_since, NEW.unread_by_client_since),
                          ('provider', OLD.unread_by_provider_since, NEW.unread_by_provider_since)) AS r(audience, was, is_now)
    WHERE (r.was IS NULL) <> (r.is_now IS NULL)
  LOOP
    key := 'message.new:' || NEW.id || ':' || reader.audience || ':' || extract(epoch FROM coalesce(reader.was, reader.is_now))::bigint;
    IF reader.is_now IS NULL THEN
      PERFORM holdfast.cancel(key);
    ELSE
      PERFORM holdfast.enqueue('message.new', 'message_thread', NEW.id, run_at => reader.is_now + interval '15 minutes', dedupe_key => key,
                               args => jsonb_build_object('audience', reader.audience));
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER INSERT OR UPDATE ON booking.message_thread FOR EACH ROW EXECUTE FUNCTION booking.owe_for_message_thread();

-- Owes today's digest to clients with something to do that is older than a day, while it is between 09:00 and 20:00 where they live; a digest
-- that has not left by 21:00 is dropped. Once a day, and only until two weeks after their newest task: whoever has not done it by then has
-- read of it often enough. At most `most` at once; answers how many. One worker at a time, so that they need not wait for each other.
CREATE FUNCTION holdfast.owe_digests(most int DEFAULT 200) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_at timestamptz := holdfast.clock();
  due record;
  owed int := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('holdfast.owe_digests')) THEN
    RETURN 0;
  END IF;
  FOR due IN
    SELECT c.id, c.tz, here.t::date AS day, 'task.digest:' || c.id || ':' AS key
    FROM (SELECT DISTINCT t.client_id FROM booking.signup_task t
          WHERE t.state = 'open' AND t.kind <> 'activate_portal' AND t.created_at > now_at - interval '14 days') AS recent
    JOIN booking.client c ON c.id = recent.client_id AND c.status = 'active'
    CROSS JOIN LATERAL (SELECT now_at AT TIME ZONE c.tz AS t) AS here
    WHERE here.t::time >= time '09:00' AND here.t::time < time '20:00'
      AND EXISTS (SELECT FROM booking.signup_task t
                  WHERE t.client_id = c.id AND t.state = 'open' AND t.kind <> 'activate_portal' AND t.created_at <= now_at - interval '24 hours')
      -- Tomorrow's, too: whoever moves west has today twice.
      AND NOT EXISTS (SELECT FROM holdfast.dedupe d
                      WHERE d.key IN ('task.digest:' || c.id || ':' || here.t::date, 'task.digest:' || c.id || ':' || here.t::date + 1))
    LIMIT owe_digests.most
  LOOP
    -- Keys of a client are kept for as long as there is a client: those of days that are over need not be.
    DELETE FROM holdfast.dedupe d WHERE d.key = ANY (ARRAY(SELECT due.key || (due.day - n) FROM generate_series(2, 15) AS n));
    PERFORM holdfast.enqueue('task.digest', 'client', due.id, expires_at => (due.day + time '21:00') AT TIME ZONE due.tz,
                             dedupe_key => due.key || due.day);
    owed := owed + 1;
  END LOOP;
  RETURN owed;
END $$;

-- Forgets changed addresses after 30 days: until then they answer who had access to what.
CREATE FUNCTION holdfast.erase_address_changes() RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  erased int;
BEGIN
  DELETE FROM booking.address_change a WHERE a.at < holdfast.clock() - interval '30 days';
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END $$;

-- Whoever may execute a trigger's function could put it on a table of their own.
REVOKE EXECUTE ON FUNCTION booking.owe_for_invitation(), booking.owe_for_provider(), booking.owe_for_client(),
  booking.owe_for_address_change(), booking.owe_for_message_thread(), booking.owe_for_signup_task() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION booking.withdraw_kinds(uuid, text[], text), booking.owe_for_checkins(uuid, text, text),
  booking.readdress_reservations(uuid), holdfast.owe_digests(int), holdfast.erase_address_changes() FROM PUBLIC;
