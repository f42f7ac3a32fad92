-- What the application writes: reference tables. A practice with tables of its own leaves them out (`holdfast migrate --no-booking`).
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA booking;

-- A name a person can read: no controls, no bidi overrides, no address, no markup, nothing that becomes a link in a mail program.
CREATE FUNCTION booking.is_name(name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT length(name) BETWEEN 1 AND 64 AND name !~ '[[:cntrl:]<>@\u200e\u200f\u202a-\u202e\u2066-\u2069]' AND name !~* '(https?:|www\.|//)' $$;
CREATE FUNCTION booking.is_address(address text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT length(address) <= 254 AND address ~ '^[^[:cntrl:][:space:]<>(),;:"\\@]{1,64}@[^[:cntrl:][:space:]<>(),;:"\\@]+$' $$;
CREATE FUNCTION booking.is_locale(locale text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' $$;
-- A region's name as in the time zone database; abbreviations and bare offsets do not know daylight saving.
CREATE FUNCTION booking.is_time_zone(tz text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM timestamptz 'epoch' AT TIME ZONE tz;
  -- Digits make it a rule of one's own ('Europe/Berlln-1'), which a typing error must not become.
  RETURN tz ~ '^(UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z_-]*)+|Etc/GMT[+-]?[0-9]{1,2})$';
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END $$;

CREATE TABLE booking.payor (
  id text PRIMARY KEY,
  name text NOT NULL,
  requires_authorization boolean NOT NULL DEFAULT false);

CREATE TABLE booking.provider (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  display_name text NOT NULL CHECK (booking.is_name(display_name)),
  email text NOT NULL CHECK (booking.is_address(email)),
  tz text NOT NULL CHECK (booking.is_time_zone(tz)),
  locale text NOT NULL DEFAULT 'en' CHECK (booking.is_locale(locale)),
  booking_slug text NOT NULL UNIQUE CHECK (booking_slug ~ '^[a-z0-9-]{3,64}$'),
  referrals_on boolean NOT NULL DEFAULT true,
  hold_for interval NOT NULL DEFAULT '72 hours' CHECK (hold_for BETWEEN '1 hour' AND '14 days'),
  edit_cutoff interval NOT NULL DEFAULT '24 hours' CHECK (edit_cutoff BETWEEN '0' AND '14 days'),
  notices boolean NOT NULL DEFAULT true,
  link_gen int NOT NULL DEFAULT 1);

CREATE TABLE booking.client (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  display_name text NOT NULL CHECK (booking.is_name(display_name)),
  email text NOT NULL CHECK (booking.is_address(email)),
  tz text NOT NULL CHECK (booking.is_time_zone(tz)),
  locale text NOT NULL DEFAULT 'en' CHECK (booking.is_locale(locale)),
  privacy text NOT NULL DEFAULT 'discreet' CHECK (privacy IN ('discreet', 'standard')),
  payor_id text REFERENCES booking.payor,
  portal_activated_at timestamptz,
  checkins text NOT NULL DEFAULT 'on' CHECK (checkins IN ('on', 'off_requested', 'off')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'archived')),
  link_gen int NOT NULL DEFAULT 1);
CREATE UNIQUE INDEX client_email ON booking.client (lower(email)) WHERE status <> 'archived';

-- A time with a provider. State `pending` is a hold: only its invitee can take it, until hold_expires_at.
CREATE TABLE booking.reservation (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  provider_id uuid NOT NULL REFERENCES booking.provider,
  client_id uuid REFERENCES booking.client,
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'confirmed', 'cancelled', 'expired', 'completed', 'no_show')),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  hold_expires_at timestamptz,
  place text NOT NULL CHECK (place IN ('virtual', 'in_person', 'phone')),
  place_text text,
  invitee_name text CHECK (booking.is_name(invitee_name)),
  invitee_email text CHECK (booking.is_address(invitee_email)),
  invitee_tz text CHECK (booking.is_time_zone(invitee_tz)),
  invitee_locale text CHECK (booking.is_locale(invitee_locale)),
  payor_id text REFERENCES booking.payor,
  link_gen int NOT NULL DEFAULT 1,
  ical_seq int NOT NULL DEFAULT 0,
  series_id uuid,
  replaces uuid REFERENCES booking.reservation,
  changed_by text NOT NULL DEFAULT 'practice' CHECK (changed_by IN ('client', 'provider', 'practice')),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT reservation_times CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '24 hours' AND starts_at < '9999-01-01 00:00+00'),
  CONSTRAINT reservation_place CHECK (
    length(place_text) <= 200 AND place_text !~ '[[:cntrl:]<>\u200e\u200f\u202a-\u202e\u2066-\u2069]' AND place_text !~* '(https?:|www\.|//)'),
  CONSTRAINT reservation_address CHECK (place <> 'in_person' OR place_text IS NOT NULL),
  CONSTRAINT reservation_hold CHECK (
    state <> 'pending' OR (invitee_name IS NOT NULL AND invitee_email IS NOT NULL AND invitee_tz IS NOT NULL
                           AND hold_expires_at IS NOT NULL AND hold_expires_at <= starts_at)),
  CONSTRAINT reservation_client CHECK (state NOT IN ('confirmed', 'completed', 'no_show') OR client_id IS NOT NULL),
  CONSTRAINT reservation_slot
    EXCLUDE USING gist (provider_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state IN ('pending', 'confirmed')));
CREATE INDEX reservation_holds ON booking.reservation (hold_expires_at) WHERE state = 'pending';
CREATE INDEX reservation_of_client ON booking.reservation (client_id, starts_at) WHERE state = 'confirmed';

CREATE TABLE booking.signup_task (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  client_id uuid NOT NULL REFERENCES booking.client,
  reservation_id uuid REFERENCES booking.reservation,
  kind text NOT NULL
    CHECK (kind IN ('activate_portal', 'accept_agreements', 'intake_form', 'assessment', 'survey', 'schedule_follow_up')),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'void')),
  due_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX signup_task_open ON booking.signup_task
  (client_id, kind, coalesce(reservation_id, '00000000-0000-0000-0000-000000000000')) WHERE state = 'open';
CREATE INDEX signup_task_of_reservation ON booking.signup_task (reservation_id) WHERE state = 'open';

-- The rules of a hold, kept whoever writes. Refusals have codes of their own and say nothing of a person.
CREATE FUNCTION booking.keep_hold_rules() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_at timestamptz := holdfast.clock();
  fresh boolean := TG_OP = 'INSERT';
  moved boolean := TG_OP = 'UPDATE' AND NEW.starts_at IS DISTINCT FROM OLD.starts_at;
BEGIN
  IF NOT fresh AND OLD.state IN ('cancelled', 'expired', 'completed', 'no_show') AND NEW.state IN ('pending', 'confirmed') THEN
    RAISE EXCEPTION 'a reservation that has ended stays ended; insert a new one' USING ERRCODE = 'BK003';
  END IF;
  IF NEW.state = 'pending' THEN
    IF EXISTS (SELECT FROM booking.payor p WHERE p.id = NEW.payor_id AND p.requires_authorization) THEN
      RAISE EXCEPTION 'this payor requires authorization before a time can be reserved' USING ERRCODE = 'BK001';
    END IF;
    IF NEW.hold_expires_at IS NULL THEN
      SELECT least(now_at + p.hold_for, NEW.starts_at - interval '1 hour') INTO NEW.hold_expires_at
      FROM booking.provider p WHERE p.id = NEW.provider_id;
    ELSIF moved AND NEW.hold_expires_at IS NOT DISTINCT FROM OLD.hold_expires_at THEN
      NEW.hold_expires_at := least(OLD.hold_expires_at, NEW.starts_at - interval '1 hour');
    END IF;
    -- A token's expiry has whole seconds; the deadline in the letter and the one in the link are the same instant.
    NEW.hold_expires_at := date_trunc('second', NEW.hold_expires_at);
    IF (fresh OR moved OR OLD.state <> 'pending' OR NEW.hold_expires_at IS DISTINCT FROM OLD.hold_expires_at)
       AND NEW.hold_expires_at < now_at + interval '15 minutes' THEN
      RAISE EXCEPTION 'too close to the start to hold: a client needs at least 15 minutes, and a hold ends an hour before the start'
        USING ERRCODE = 'BK002';
    END IF;
  END IF;
  IF NEW.state IN ('pending', 'confirmed') AND (fresh OR moved OR NEW.ends_at <> OLD.ends_at OR NEW.provider_id <> OLD.provider_id) THEN
    UPDATE booking.reservation r SET state = 'expired'
    WHERE r.provider_id = NEW.provider_id AND r.id <> NEW.id AND r.state = 'pending' AND r.hold_expires_at <= now_at
      AND tstzrange(r.starts_at, r.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at);
  END IF;
  IF NOT fresh THEN
    NEW.ical_seq := OLD.ical_seq + booking.calendar_step(OLD, NEW);
    NEW.link_gen := greatest(NEW.link_gen, OLD.link_gen) + booking.generation_step(OLD, NEW);
  END IF;
  RETURN NEW;
END $$;

-- What an invited calendar has to be told again: a confirmed time or place that changed, or the end of it.
CREATE FUNCTION booking.calendar_step(was booking.reservation, is_now booking.reservation) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT (was.state = 'confirmed' AND is_now.state IN ('confirmed', 'cancelled')
          AND (was.starts_at, was.ends_at, was.place, was.place_text, was.state)
              IS DISTINCT FROM (is_now.starts_at, is_now.ends_at, is_now.place, is_now.place_text, is_now.state))::int $$;

-- A new generation voids every link and every letter still owed: another time, address or deadline, or the end.
CREATE FUNCTION booking.generation_step(was booking.reservation, is_now booking.reservation) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT (was.starts_at <> is_now.starts_at
          OR (is_now.state = 'pending' AND (was.state <> 'pending' OR was.ends_at <> is_now.ends_at
                                            OR was.hold_expires_at IS DISTINCT FROM is_now.hold_expires_at
                                            OR was.invitee_email IS DISTINCT FROM is_now.invitee_email))
          OR (was.state IN ('pending', 'confirmed') AND is_now.state NOT IN ('pending', 'confirmed')))::int $$;

CREATE TRIGGER a_keep_hold_rules BEFORE INSERT OR UPDATE ON booking.reservation
  FOR EACH ROW EXECUTE FUNCTION booking.keep_hold_rules();

-- Another address is another reader: links mailed to the old one stop working.
CREATE FUNCTION booking.keep_client_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF lower(NEW.email) <> lower(OLD.email) THEN
    NEW.link_gen := OLD.link_gen + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_keep_client_rules BEFORE UPDATE ON booking.client FOR EACH ROW EXECUTE FUNCTION booking.keep_client_rules();
