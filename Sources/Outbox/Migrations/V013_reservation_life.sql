-- The whole life of a reservation: what may be written, and which letters each step owes.

CREATE INDEX reservation_holds_of_provider ON booking.reservation (provider_id, created_at) WHERE state = 'pending';

-- What the columns may hold, with a code and a sentence for each kind of mistake: a failed CHECK or NOT NULL would write the whole row, names and
-- addresses, into the server's log. The constraints stay: they are what is true, this is how it is said. A slot that is taken is told by
-- reservation_slot itself (23P01), which names no person.
CREATE FUNCTION booking.check_reservation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF num_nulls(NEW.id, NEW.provider_id, NEW.starts_at, NEW.ends_at, NEW.place, NEW.state, NEW.changed_by, NEW.created_at,
               NEW.link_gen, NEW.ical_seq) > 0 THEN
    RAISE EXCEPTION 'a reservation needs a provider, a start, an end and a place, and none of its own columns set to NULL'
      USING ERRCODE = 'BK019';
  ELSIF NEW.state NOT IN ('pending', 'confirmed', 'cancelled', 'expired', 'completed', 'no_show')
        OR NEW.place NOT IN ('virtual', 'in_person', 'phone') OR NEW.changed_by NOT IN ('client', 'provider', 'practice') THEN
    RAISE EXCEPTION 'state is pending, confirmed, cancelled, expired, completed or no_show; place is virtual, in_person or phone; changed_by is client, provider or practice'
      USING ERRCODE = 'BK019';
  ELSIF TG_OP = 'UPDATE' AND OLD.series_id IS NOT NULL AND NEW.series_id IS DISTINCT FROM OLD.series_id THEN
    -- Its reader knows it from the letters of that series.
    RAISE EXCEPTION 'a time stays in its series; cancel it and insert another' USING ERRCODE = 'BK019';
  ELSIF (NEW.ends_at > NEW.starts_at AND NEW.ends_at <= NEW.starts_at + interval '24 hours' AND NEW.starts_at < '9999-01-01 00:00+00') IS NOT TRUE THEN
    RAISE EXCEPTION 'a reservation ends after it starts, and within 24 hours' USING ERRCODE = 'BK011';
  ELSIF booking.is_name(NEW.invitee_name) IS FALSE THEN
    RAISE EXCEPTION 'the invitee''s name has 1 to 64 characters, and no controls, markup, @ or web address' USING ERRCODE = 'BK012';
  ELSIF booking.is_address(NEW.invitee_email) IS FALSE THEN
    RAISE EXCEPTION 'the invitee''s address is one plain address such as name@example.org, of at most 254 characters' USING ERRCODE = 'BK013';
  ELSIF booking.is_time_zone(NEW.invitee_tz) IS FALSE THEN
    RAISE EXCEPTION 'the invitee''s time zone is a region''s name such as America/New_York' USING ERRCODE = 'BK014';
  ELSIF booking.is_locale(NEW.invitee_locale) IS FALSE THEN
    RAISE EXCEPTION 'the invitee''s locale is a language tag such as en or es-MX' USING ERRCODE = 'BK015';
  ELSIF booking.is_place_text(NEW.place_text) IS FALSE THEN
    RAISE EXCEPTION 'a place''s text has at most 200 characters, and no controls, markup or web address' USING ERRCODE = 'BK016';
  ELSIF NEW.place = 'in_person' AND NEW.place_text IS NULL THEN
    RAISE EXCEPTION 'a visit in person needs its address in place_text' USING ERRCODE = 'BK017';
  ELSIF NEW.state = 'pending' AND num_nulls(NEW.invitee_name, NEW.invitee_email, NEW.invitee_tz) > 0 THEN
    RAISE EXCEPTION 'a hold needs its invitee''s name, address and time zone' USING ERRCODE = 'BK018';
  ELSIF NEW.state IN ('confirmed', 'completed', 'no_show') AND NEW.client_id IS NULL THEN
    RAISE EXCEPTION 'an appointment needs its client: set client_id with the state' USING ERRCODE = 'BK018';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION booking.is_place_text(place_text text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT length(place_text) <= 200 AND place_text !~ '[[:cntrl:]<>\u200e\u200f\u202a-\u202e\u2066-\u2069]' AND place_text !~* '(https?:|www\.|//)' $$;

CREATE TRIGGER a_check BEFORE INSERT OR UPDATE ON booking.reservation FOR EACH ROW EXECUTE FUNCTION booking.check_reservation();

-- A hold is confirmed, cancelled or expires; an appointment is cancelled, completed or missed. What has ended
-- stays ended, but whether somebody came may be corrected.
CREATE FUNCTION booking.check_step(was text, is_now text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF was = is_now OR (was IN ('completed', 'no_show') AND is_now IN ('completed', 'no_show')) THEN
    RETURN;
  ELSIF was NOT IN ('pending', 'confirmed') THEN
    RAISE EXCEPTION 'a reservation that has ended stays ended; insert a new one' USING ERRCODE = 'BK003';
  ELSIF (was, is_now) IN (('pending', 'completed'), ('pending', 'no_show'), ('confirmed', 'expired'), ('confirmed', 'pending')) THEN
    RAISE EXCEPTION 'only a hold expires, only an appointment is completed or missed, and no appointment becomes a hold again' USING ERRCODE = 'BK010';
  END IF;
END $$;

-- Until when a hold lasts that says nothing of it. Exact hours: a day of an interval is 23 or 25 of them when the clocks change.
CREATE FUNCTION booking.hold_end(provider_id uuid, starts_at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT least(holdfast.clock() + make_interval(secs => extract(epoch FROM p.hold_for)), hold_end.starts_at - interval '1 hour')
  FROM booking.provider p WHERE p.id = hold_end.provider_id $$;

-- Lapsed holds give way to whoever takes their time now, though no sweep has been by yet. Always in one order: two that free the same
-- slots wait for each other and never deadlock.
CREATE FUNCTION booking.free_slot(taker booking.reservation) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lapsed uuid;
BEGIN
  FOR lapsed IN
    SELECT r.id FROM booking.reservation r
    WHERE r.provider_id = taker.provider_id AND r.id <> taker.id AND r.state = 'pending' AND r.hold_expires_at <= holdfast.clock()
      AND tstzrange(r.starts_at, r.ends_at) && tstzrange(taker.starts_at, taker.ends_at)
    ORDER BY r.id FOR NO KEY UPDATE
  LOOP
    UPDATE booking.reservation r SET state = 'expired', changed_by = 'practice' WHERE r.id = lapsed;
  END LOOP;
END $$;

-- As before, and a state is reached only from where it can be; every refusal has a code of its own.
CREATE OR REPLACE FUNCTION booking.keep_hold_rules() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh boolean := TG_OP = 'INSERT';
  moved boolean := TG_OP = 'UPDATE' AND NEW.starts_at <> OLD.starts_at;
BEGIN
  IF NOT fresh THEN
    PERFORM booking.check_step(OLD.state, NEW.state);
  END IF;
  IF NEW.state = 'pending' THEN
    IF EXISTS (SELECT FROM booking.payor p WHERE p.id = NEW.payor_id AND p.requires_authorization) THEN
      RAISE EXCEPTION 'this payor requires authorization before a time can be reserved' USING ERRCODE = 'BK001';
    END IF;
    IF NEW.hold_expires_at IS NULL THEN
      NEW.hold_expires_at := booking.hold_end(NEW.provider_id, NEW.starts_at);
    ELSIF moved AND NEW.hold_expires_at IS NOT DISTINCT FROM OLD.hold_expires_at THEN
      NEW.hold_expires_at := least(OLD.hold_expires_at, NEW.starts_at - interval '1 hour');
    END IF;
    -- A token's expiry has whole seconds; the deadline in the letter and the one in the link are the same instant.
    NEW.hold_expires_at := date_trunc('second', NEW.hold_expires_at);
    IF NEW.hold_expires_at IS NULL THEN
      RAISE EXCEPTION 'there is no such provider' USING ERRCODE = 'BK019';
    ELSIF NEW.hold_expires_at > NEW.starts_at THEN
      RAISE EXCEPTION 'a hold ends at the start at the latest' USING ERRCODE = 'BK011';
    ELSIF (fresh OR moved OR OLD.state <> 'pending' OR NEW.hold_expires_at IS DISTINCT FROM OLD.hold_expires_at)
          AND NEW.hold_expires_at < holdfast.clock() + interval '15 minutes' THEN
      RAISE EXCEPTION 'too close to the start to hold: a client needs at least 15 minutes, and a hold ends an hour before the start'
        USING ERRCODE = 'BK002';
    END IF;
  END IF;
  IF NEW.state IN ('pending', 'confirmed') AND (fresh OR moved OR NEW.ends_at <> OLD.ends_at OR NEW.provider_id <> OLD.provider_id) THEN
    PERFORM booking.free_slot(NEW);
  END IF;
  IF NOT fresh THEN
    NEW.ical_seq := OLD.ical_seq + booking.calendar_step(OLD, NEW);
    NEW.link_gen := greatest(NEW.link_gen, OLD.link_gen) + booking.generation_step(OLD, NEW);
  END IF;
  RETURN NEW;
END $$;

-- As before, and another provider is another appointment, and another hold.
CREATE OR REPLACE FUNCTION booking.calendar_step(was booking.reservation, is_now booking.reservation) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT (was.state = 'confirmed' AND is_now.state IN ('confirmed', 'cancelled')
          AND (was.starts_at, was.ends_at, was.place, was.place_text, was.provider_id, was.state)
              IS DISTINCT FROM (is_now.starts_at, is_now.ends_at, is_now.place, is_now.place_text, is_now.provider_id, is_now.state))::int $$;

CREATE OR REPLACE FUNCTION booking.generation_step(was booking.reservation, is_now booking.reservation) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT (was.starts_at <> is_now.starts_at
          OR (is_now.state = 'pending' AND (was.state <> 'pending' OR was.ends_at <> is_now.ends_at OR was.provider_id <> is_now.provider_id
                                            OR was.hold_expires_at IS DISTINCT FROM is_now.hold_expires_at
                                            OR was.invitee_email IS DISTINCT FROM is_now.invitee_email))
          OR (was.state IN ('pending', 'confirmed') AND is_now.state NOT IN ('pending', 'confirmed')))::int $$;

-- When the first of these letters about a reservation is due that nobody has begun to send; NULL when none is owed.
CREATE FUNCTION booking.due_at(reservation_id uuid, kinds text[]) RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT min(j.run_at) FROM holdfast.job j
  WHERE j.subject_id = due_at.reservation_id AND j.kind = ANY (due_at.kinds) AND j.state IN ('ready', 'held') $$;

-- A hold: its confirmation at once, and a nudge when two thirds of it are over or, where that is night for the invitee, the evening before.
-- That is never past: two thirds of a day are longer than a night.
CREATE FUNCTION booking.owe_for_hold(r booking.reservation) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  length interval := make_interval(secs => extract(epoch FROM r.hold_expires_at - holdfast.clock()));
BEGIN
  PERFORM holdfast.enqueue('reservation.confirm', 'reservation', r.id, expires_at => r.hold_expires_at,
                           dedupe_key => 'reservation.confirm:' || r.id || ':' || r.link_gen);
  IF length >= interval '24 hours' THEN
    PERFORM holdfast.enqueue('reservation.nudge', 'reservation', r.id, run_at => holdfast.daytime(r.hold_expires_at - length / 3, r.invitee_tz),
                             expires_at => r.hold_expires_at - interval '1 hour',
                             dedupe_key => 'reservation.nudge:' || r.id || ':' || r.link_gen);
  END IF;
END $$;

-- An appointment, new or changed: its client is told at `client_at`, its provider at `provider_at` or, where that is NULL, not at all.
CREATE FUNCTION booking.owe_for_appointment(r booking.reservation, kind text, client_at timestamptz, provider_at timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text := ':' || r.id || ':' || r.link_gen || ':' || r.ical_seq;
BEGIN
  -- What is written into the book afterwards is no news.
  IF r.starts_at <= holdfast.clock() THEN
    RETURN;
  END IF;
  IF r.series_id IS NOT NULL THEN
    PERFORM booking.owe_series(r, client_at, provider_at);
  ELSE
    PERFORM holdfast.enqueue(owe_for_appointment.kind, 'reservation', r.id, run_at => client_at, expires_at => r.starts_at,
                             dedupe_key => owe_for_appointment.kind || key);
    IF provider_at IS NOT NULL THEN
      PERFORM holdfast.enqueue('provider.appointment', 'reservation', r.id, run_at => provider_at, expires_at => r.starts_at,
                               dedupe_key => 'provider.appointment' || key);
    END IF;
  END IF;
  PERFORM booking.owe_reminder(r, 48, ahead => interval '60 hours', until => r.starts_at - interval '25 hours');
  PERFORM booking.owe_reminder(r, 3, ahead => interval '4 hours', until => r.starts_at - interval '15 minutes');
END $$;

-- So many hours before the start, or the evening before where that is night for the client; dropped when it is past, or when the appointment
-- is not so far ahead that there is anything to remind of.
CREATE FUNCTION booking.owe_reminder(r booking.reservation, hours int, ahead interval, until timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  at timestamptz := (SELECT holdfast.daytime(r.starts_at - make_interval(hours => owe_reminder.hours), c.tz)
                     FROM booking.client c WHERE c.id = r.client_id);
BEGIN
  IF r.starts_at > holdfast.clock() + ahead AND at > holdfast.clock() THEN
    PERFORM holdfast.enqueue('appointment.reminder', 'reservation', r.id, run_at => at, expires_at => until,
                             dedupe_key => 'appointment.reminder:' || r.id || ':' || r.link_gen || ':' || r.ical_seq || ':' || hours,
                             args => jsonb_build_object('hours', hours));
  END IF;
END $$;

-- The provider asks for another time.
CREATE FUNCTION booking.owe_reschedule_request(r booking.reservation) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF r.reschedule_requested_at IS NOT NULL AND r.state = 'confirmed' AND r.starts_at > holdfast.clock() THEN
    PERFORM holdfast.enqueue('appointment.reschedule_request', 'reservation', r.id, expires_at => r.starts_at,
                             dedupe_key => booking.reschedule_key(r));
  END IF;
END $$;
CREATE FUNCTION booking.reschedule_key(r booking.reservation) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'appointment.reschedule_request:' || r.id || ':' || extract(epoch FROM r.reschedule_requested_at)::bigint $$;

-- The end: whoever did not bring it about is told, and of an appointment its client in any case. A minute later, so that an end which is
-- taken for a mistake and booked anew is not three letters.
CREATE FUNCTION booking.owe_for_end(was booking.reservation, r booking.reservation) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  at timestamptz := holdfast.clock() + interval '60 seconds';
  until timestamptz := greatest(r.ends_at, holdfast.clock() + interval '1 hour');
  kind text;
BEGIN
  IF was.state = 'pending' THEN
    kind := CASE WHEN r.state = 'expired' THEN 'provider.hold_expired' WHEN r.changed_by = 'client' THEN 'provider.declined' ELSE 'reservation.released' END;
    PERFORM holdfast.enqueue(kind, 'reservation', r.id, expires_at => holdfast.clock() + interval '24 hours', dedupe_key => kind || ':' || r.id);
  ELSIF r.state = 'cancelled' AND r.series_id IS NOT NULL THEN
    PERFORM booking.owe_series(r, at, CASE WHEN r.changed_by <> 'provider' THEN at END);
  ELSIF r.state = 'cancelled' THEN
    PERFORM holdfast.enqueue('appointment.cancelled', 'reservation', r.id, run_at => at, expires_at => until,
                             dedupe_key => 'appointment.cancelled:' || r.id);
    IF r.changed_by <> 'provider' THEN
      PERFORM holdfast.enqueue('provider.cancelled', 'reservation', r.id, run_at => at, expires_at => until,
                               dedupe_key => 'provider.cancelled:' || r.id);
    END IF;
  END IF;
END $$;

-- A step that makes what is owed void: it is taken back, and what is true now is owed in its place. Several changes within a minute are one
-- letter, due when the first would have been. A letter that is taken back unsent is made good by the new one, also the provider's where
-- the provider brought the change about; in which words, the claim says by what the reader was told.
CREATE FUNCTION booking.owe_anew(was booking.reservation, r booking.reservation) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  soon timestamptz := holdfast.clock() + interval '60 seconds';
  client_at timestamptz := booking.due_at(r.id, '{appointment.confirmed,appointment.changed}');
  provider_at timestamptz := booking.due_at(r.id, '{provider.appointment}');
  asked_at timestamptz := booking.due_at(r.id, '{appointment.reschedule_request}');
BEGIN
  -- Jobs before links, as a claim takes them: the other order could deadlock with it.
  PERFORM holdfast.withdraw(r.id, 'the reservation changed');
  IF r.invitee_email IS DISTINCT FROM was.invitee_email THEN
    -- A mended address: the letters of before that could not arrive are no news any more.
    PERFORM holdfast.cancel('provider.bounce:' || r.id || ':' || was.link_gen);
    -- Its reader is another, who was told nothing.
    DELETE FROM holdfast.told t WHERE t.subject_id = r.id AND t.audience = 'invitee';
  END IF;
  IF r.link_gen <> was.link_gen THEN
    PERFORM holdfast.revoke_links(r.id);
  END IF;
  IF r.state = 'pending' THEN
    PERFORM booking.owe_for_hold(r);
  ELSIF r.state = 'confirmed' AND was.state = 'confirmed' THEN
    PERFORM booking.owe_for_appointment(
      r, 'appointment.changed', least(client_at, soon), CASE WHEN (r.changed_by <> 'provider' AND r.ical_seq <> was.ical_seq) OR provider_at IS NOT NULL THEN least(provider_at, soon) END);
    IF asked_at IS NOT NULL AND r.starts_at = was.starts_at THEN
      PERFORM booking.owe_reschedule_request(r);
    END IF;
  ELSIF r.state = 'confirmed' THEN
    PERFORM booking.owe_for_appointment(
      r, 'appointment.confirmed', holdfast.clock(), CASE WHEN r.changed_by <> 'provider' THEN holdfast.clock() END);
  ELSIF was.state IN ('pending', 'confirmed') THEN
    PERFORM booking.owe_for_end(was, r);
  END IF;
END $$;

-- As before, and for the whole life of a reservation, not the hold alone.
CREATE OR REPLACE FUNCTION booking.owe_for_reservation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state = 'pending' THEN
    PERFORM booking.owe_for_hold(NEW);
  ELSIF TG_OP = 'INSERT' AND NEW.state = 'confirmed' THEN
    PERFORM booking.owe_for_appointment(
      NEW, 'appointment.confirmed', holdfast.clock(), CASE WHEN NEW.changed_by <> 'provider' THEN holdfast.clock() END);
  ELSIF TG_OP = 'UPDATE' THEN
    IF (NEW.link_gen, NEW.ical_seq, NEW.state) <> (OLD.link_gen, OLD.ical_seq, OLD.state) THEN
      PERFORM booking.owe_anew(OLD, NEW);
    END IF;
    IF NEW.reschedule_requested_at IS DISTINCT FROM OLD.reschedule_requested_at THEN
      PERFORM holdfast.cancel(booking.reschedule_key(OLD)), booking.owe_reschedule_request(NEW);
    END IF;
    IF NEW.starts_at <> OLD.starts_at OR (NEW.state <> OLD.state AND NEW.state NOT IN ('pending', 'confirmed')) THEN
      PERFORM booking.owe_activation(t) FROM booking.signup_task t WHERE t.reservation_id = NEW.id AND t.state = 'open';
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Whoever may execute a trigger's function could put it on a table of their own.
REVOKE EXECUTE ON FUNCTION booking.check_reservation(), booking.keep_hold_rules(), booking.owe_for_reservation(),
  booking.hold_end(uuid, timestamptz), booking.free_slot(booking.reservation), booking.due_at(uuid, text[]),
  booking.owe_for_hold(booking.reservation), booking.owe_for_appointment(booking.reservation, text, timestamptz, timestamptz),
  booking.owe_reminder(booking.reservation, int, interval, timestamptz), booking.owe_reschedule_request(booking.reservation),
  booking.owe_for_end(booking.reservation, booking.reservation), booking.owe_anew(booking.reservation, booking.reservation) FROM PUBLIC;
