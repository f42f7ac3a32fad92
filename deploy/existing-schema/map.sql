-- Holdfast beside a practice's own tables: three triggers that carry what matters into `booking`, and one that carries a client's answer back.
-- Run it once, after `holdfast migrate`, as the owner of both schemas:
--
--   psql -v ON_ERROR_STOP=1 -f deploy/existing-schema/map.sql
--
-- Rows that were there before are carried over by the updates at the end, without telling anybody what they know.
BEGIN;

-- A row's id in `booking`: always the same for the same row, so that no table needs a new column.
CREATE FUNCTION clinic.holdfast_id(kind text, id int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT md5('clinic.' || kind || ':' || id)::uuid $$;
CREATE INDEX appointments_holdfast_id ON clinic.appointments (clinic.holdfast_id('appointments', id));

CREATE FUNCTION clinic.carry_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO booking.provider AS p (id, display_name, email, tz, booking_slug)
  VALUES (clinic.holdfast_id('staff', NEW.id), NEW.full_name, NEW.email, NEW.timezone, 'staff-' || NEW.id)
  ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, email = excluded.email, tz = excluded.tz
    WHERE (p.display_name, p.email, p.tz) IS DISTINCT FROM (excluded.display_name, excluded.email, excluded.tz);
  RETURN NULL;
END $$;
CREATE TRIGGER holdfast AFTER INSERT OR UPDATE ON clinic.staff FOR EACH ROW EXECUTE FUNCTION clinic.carry_staff();

CREATE FUNCTION clinic.carry_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO booking.client AS c (id, display_name, email, tz, locale)
  VALUES (clinic.holdfast_id('people', NEW.id), NEW.first_name || ' ' || NEW.last_name, NEW.email,
          coalesce(NEW.timezone, 'America/Chicago'), NEW.language)
  ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, email = excluded.email, tz = excluded.tz, locale = excluded.locale
    WHERE (c.display_name, c.email, c.tz, c.locale) IS DISTINCT FROM (excluded.display_name, excluded.email, excluded.tz, excluded.locale);
  RETURN NULL;
END $$;
CREATE TRIGGER holdfast AFTER INSERT OR UPDATE ON clinic.people FOR EACH ROW EXECUTE FUNCTION clinic.carry_person();

-- The practice's words for how an appointment stands, and Holdfast's.
CREATE FUNCTION clinic.state_of(status text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE status WHEN 'requested' THEN 'pending' WHEN 'booked' THEN 'confirmed' WHEN 'called_off' THEN 'cancelled'
                     WHEN 'lapsed' THEN 'expired' WHEN 'over' THEN 'completed' END $$;
CREATE FUNCTION clinic.status_of(state text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE state WHEN 'pending' THEN 'requested' WHEN 'confirmed' THEN 'booked' WHEN 'cancelled' THEN 'called_off'
                    WHEN 'expired' THEN 'lapsed' ELSE 'over' END $$;

CREATE FUNCTION clinic.carry_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO booking.reservation AS r (id, provider_id, client_id, state, starts_at, ends_at, place, place_text,
                                        invitee_name, invitee_email, invitee_tz, changed_by)
  VALUES (clinic.holdfast_id('appointments', NEW.id), clinic.holdfast_id('staff', NEW.staff_id),
          clinic.holdfast_id('people', NEW.person_id), clinic.state_of(NEW.status), NEW.starts, NEW.starts + make_interval(mins => NEW.minutes),
          CASE WHEN NEW.room IS NULL THEN 'virtual' ELSE 'in_person' END, NEW.room,
          NEW.guest_name, NEW.guest_email, CASE WHEN NEW.guest_email IS NOT NULL THEN 'America/Chicago' END, 'practice')
  ON CONFLICT (id) DO UPDATE
    SET provider_id = excluded.provider_id, client_id = excluded.client_id, state = excluded.state, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, place = excluded.place, place_text = excluded.place_text, invitee_name = excluded.invitee_name,
        invitee_email = excluded.invitee_email, changed_by = excluded.changed_by
    -- What came from `booking` itself, by the trigger below, is no change.
    WHERE (r.provider_id, r.client_id, r.state, r.starts_at, r.ends_at, r.place, r.place_text, r.invitee_name, r.invitee_email)
          IS DISTINCT FROM (excluded.provider_id, excluded.client_id, excluded.state, excluded.starts_at, excluded.ends_at, excluded.place,
                            excluded.place_text, excluded.invitee_name, excluded.invitee_email);
  RETURN NULL;
END $$;
CREATE TRIGGER holdfast AFTER INSERT OR UPDATE ON clinic.appointments FOR EACH ROW EXECUTE FUNCTION clinic.carry_appointment();

-- A client took the time, moved it or called it off through a link (`holdfast.redeem`), or the hold ran out: the practice's table says so in
-- the same transaction.
CREATE FUNCTION clinic.answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE clinic.appointments a
  SET status = clinic.status_of(NEW.state), starts = NEW.starts_at, minutes = extract(epoch FROM NEW.ends_at - NEW.starts_at)::int / 60,
      person_id = coalesce((SELECT p.id FROM clinic.people p WHERE clinic.holdfast_id('people', p.id) = NEW.client_id), a.person_id)
  WHERE clinic.holdfast_id('appointments', a.id) = NEW.id
    AND (a.status, a.starts) IS DISTINCT FROM (clinic.status_of(NEW.state), NEW.starts_at);
  RETURN NULL;
END $$;
CREATE TRIGGER c_answer AFTER UPDATE OF state, starts_at ON booking.reservation FOR EACH ROW EXECUTE FUNCTION clinic.answer();

-- What is there already: people first, then appointments that still lie ahead.
UPDATE clinic.staff SET id = id;
UPDATE clinic.people SET id = id;
UPDATE clinic.appointments SET id = id WHERE starts > now() AND status = 'booked';
-- Open requests are asked once more, with a link; those that start too soon to be held are left to the practice.
UPDATE clinic.appointments SET id = id WHERE starts > now() + interval '2 hours' AND status = 'requested' AND guest_email IS NOT NULL;
-- Whoever has an appointment was told by what the practice used until now: their confirmation is not sent again, and the reminders are.
INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest)
SELECT r.id, reader.audience, 0, 'reservation', 'appointment.confirmed', r.ical_seq, holdfast.digest_of('reservation', r.id)
FROM booking.reservation r, (VALUES ('client'), ('provider')) AS reader(audience) WHERE r.state = 'confirmed';

COMMIT;
