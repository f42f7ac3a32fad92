-- Every notice a practice owes, and what each reader was told.

-- `tells`: whoever gets this letter has been told how its subject stands. `capped`: a stranger or an unconfirmed act can cause it, so one
-- address gets only so many a day.
ALTER TABLE holdfast.kind ADD COLUMN tells boolean NOT NULL DEFAULT false, ADD COLUMN capped boolean NOT NULL DEFAULT false;
UPDATE holdfast.kind SET tells = true, capped = true WHERE name = 'reservation.confirm';

INSERT INTO holdfast.kind (name, priority, class, audience, lifetime, links, tells, capped) VALUES
  ('reservation.nudge', 1, 'required', 'invitee', '14 days', '{rsv}', false, true),
  ('reservation.released', 0, 'required', 'invitee', '1 day', '{}', false, true),
  ('provider.hold_expired', 1, 'required', 'provider', '1 day', '{}', false, false),
  ('provider.declined', 1, 'required', 'provider', '1 day', '{}', false, false),
  ('provider.invite', 0, 'required', 'invitee', '7 days', '{inv}', true, true),
  ('appointment.confirmed', 0, 'required', 'client', '14 days', '{appt,act}', true, false),
  ('provider.appointment', 1, 'required', 'provider', '14 days', '{}', true, false),
  ('appointment.changed', 0, 'required', 'client', '14 days', '{appt,act}', true, false),
  ('appointment.reschedule_request', 0, 'required', 'client', '14 days', '{appt}', false, false),
  ('appointment.cancelled', 0, 'required', 'client', '14 days', '{}', true, false),
  ('provider.cancelled', 0, 'required', 'provider', '14 days', '{}', true, false),
  ('appointment.reminder', 1, 'reminder', 'client', '2 days', '{appt,pref}', false, false),
  ('task.digest', 2, 'task', 'client', '12 hours', '{task,pref}', false, false),
  ('checkin.due', 1, 'required', 'client', '2 days', '{task}', false, false),
  ('checkin.optout_requested', 1, 'required', 'provider', '7 days', '{}', false, false),
  ('checkin.optout_decided', 1, 'required', 'client', '7 days', '{}', false, false),
  ('survey.request', 2, 'survey', 'client', '7 days', '{task,pref}', false, false),
  ('message.new', 1, 'required', 'client', '1 day', '{}', false, false),
  ('security.notice', 0, 'required', 'client', '7 days', '{}', false, false);

-- As before, and of every subject. Each branch is planned when it is taken: a practice with tables of its own may have put only some in place.
CREATE OR REPLACE FUNCTION holdfast.subject_gen(subject_kind text, subject_id uuid) RETURNS int
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE subject_gen.subject_kind
    WHEN 'reservation' THEN
      RETURN (SELECT r.link_gen FROM booking.reservation r WHERE r.id = subject_gen.subject_id);
    WHEN 'signup_task' THEN
      RETURN (SELECT c.link_gen FROM booking.signup_task t JOIN booking.client c ON c.id = t.client_id WHERE t.id = subject_gen.subject_id);
    WHEN 'client' THEN
      RETURN (SELECT c.link_gen FROM booking.client c WHERE c.id = subject_gen.subject_id);
    WHEN 'provider' THEN
      RETURN (SELECT p.link_gen FROM booking.provider p WHERE p.id = subject_gen.subject_id);
    WHEN 'invitation' THEN
      RETURN (SELECT p.link_gen FROM booking.invitation i JOIN booking.provider p ON p.id = i.provider_id WHERE i.id = subject_gen.subject_id);
    WHEN 'series' THEN
      RETURN (SELECT 1 FROM booking.reservation r WHERE r.series_id = subject_gen.subject_id LIMIT 1);
    WHEN 'message_thread' THEN
      RETURN (SELECT 1 FROM booking.message_thread m WHERE m.id = subject_gen.subject_id);
    WHEN 'address_change' THEN
      RETURN (SELECT 1 FROM booking.address_change a WHERE a.id = subject_gen.subject_id);
    ELSE
      RETURN NULL;
  END CASE;
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there is no subject.
  RETURN NULL;
END $$;

-- As before, and of every subject. NULL where the reader stands in the letter's args: the address that changed, old or new, and the provider
-- who is asked about a client. A later bounce of such a letter is recorded, and suppresses nobody on a guess.
CREATE OR REPLACE FUNCTION holdfast.address_of(subject_kind text, subject_id uuid, audience text) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE address_of.subject_kind
    WHEN 'reservation' THEN
      RETURN (SELECT CASE address_of.audience WHEN 'invitee' THEN r.invitee_email WHEN 'client' THEN c.email WHEN 'provider' THEN p.email END
              FROM booking.reservation r
              JOIN booking.provider p ON p.id = r.provider_id
              LEFT JOIN booking.client c ON c.id = r.client_id
              WHERE r.id = address_of.subject_id);
    WHEN 'signup_task' THEN
      RETURN (SELECT c.email FROM booking.signup_task t JOIN booking.client c ON c.id = t.client_id WHERE t.id = address_of.subject_id);
    WHEN 'client' THEN
      RETURN (SELECT c.email FROM booking.client c WHERE c.id = address_of.subject_id AND address_of.audience = 'client');
    WHEN 'provider' THEN
      RETURN (SELECT p.email FROM booking.provider p WHERE p.id = address_of.subject_id);
    WHEN 'invitation' THEN
      RETURN (SELECT CASE address_of.audience WHEN 'invitee' THEN i.email WHEN 'provider' THEN p.email END
              FROM booking.invitation i JOIN booking.provider p ON p.id = i.provider_id WHERE i.id = address_of.subject_id);
    WHEN 'series' THEN
      RETURN (SELECT CASE address_of.audience WHEN 'client' THEN c.email WHEN 'provider' THEN p.email END
              FROM booking.reservation r
              JOIN booking.provider p ON p.id = r.provider_id
              JOIN booking.client c ON c.id = r.client_id
              WHERE r.series_id = address_of.subject_id ORDER BY r.state = 'confirmed' DESC, r.starts_at DESC LIMIT 1);
    WHEN 'message_thread' THEN
      RETURN (SELECT CASE address_of.audience WHEN 'client' THEN c.email WHEN 'provider' THEN p.email END
              FROM booking.message_thread m
              JOIN booking.client c ON c.id = m.client_id
              JOIN booking.provider p ON p.id = m.provider_id
              WHERE m.id = address_of.subject_id);
    ELSE
      RETURN NULL;
  END CASE;
EXCEPTION WHEN undefined_table THEN
  RETURN NULL;
END $$;

-- As before, and of every subject. An invitation is over when its last link is: 7 days to leave, 30 days to work.
CREATE OR REPLACE FUNCTION holdfast.is_open(subject_kind text, subject_id uuid) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE is_open.subject_kind
    WHEN 'reservation' THEN
      RETURN EXISTS (SELECT FROM booking.reservation r WHERE r.id = is_open.subject_id
                     AND r.state IN ('pending', 'confirmed') AND r.starts_at > holdfast.clock());
    WHEN 'signup_task' THEN
      RETURN EXISTS (SELECT FROM booking.signup_task t WHERE t.id = is_open.subject_id AND t.state = 'open');
    WHEN 'client' THEN
      RETURN EXISTS (SELECT FROM booking.client c WHERE c.id = is_open.subject_id AND c.status <> 'archived');
    WHEN 'provider' THEN
      RETURN EXISTS (SELECT FROM booking.provider p WHERE p.id = is_open.subject_id);
    WHEN 'invitation' THEN
      RETURN EXISTS (SELECT FROM booking.invitation i WHERE i.id = is_open.subject_id AND i.withdrawn_at IS NULL AND i.booked IS NULL
                     AND i.created_at > holdfast.clock() - interval '37 days');
    WHEN 'series' THEN
      RETURN EXISTS (SELECT FROM booking.reservation r WHERE r.series_id = is_open.subject_id
                     AND r.state IN ('pending', 'confirmed') AND r.starts_at > holdfast.clock());
    WHEN 'message_thread' THEN
      RETURN EXISTS (SELECT FROM booking.message_thread m WHERE m.id = is_open.subject_id
                     AND (m.unread_by_client_since IS NOT NULL OR m.unread_by_provider_since IS NOT NULL));
    WHEN 'address_change' THEN
      RETURN EXISTS (SELECT FROM booking.address_change a WHERE a.id = is_open.subject_id);
    ELSE
      RETURN is_open.subject_kind IS NOT NULL;
  END CASE;
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there is no subject.
  RETURN false;
END $$;

-- The database's time, which a test may move, as everything else has it.
ALTER TABLE holdfast.job ALTER created_at SET DEFAULT holdfast.clock();

-- A link remembers the kind of letter it stands in: one that ends optional letters ends those of its own kind's class.
ALTER TABLE holdfast.link ADD COLUMN kind text;

-- What a letter that tells is about to say: written by its claim, kept by the settle that says sent or unknown.
ALTER TABLE holdfast.job ADD COLUMN telling_seq int, ADD COLUMN telling text;
COMMENT ON COLUMN holdfast.job.telling IS 'digest of what its letter tells, as of its last claim; NULL for letters that tell nothing';

-- What each reader was told of a subject, a row for each letter that told; the newest counts. A letter that is sent again compares with what
-- others told, so that it says the same once more. Kept for as long as its subject is open.
CREATE TABLE holdfast.told (
  subject_id uuid NOT NULL,
  audience text NOT NULL,
  job_id bigint NOT NULL,
  subject_kind text NOT NULL,
  kind text NOT NULL,
  ical_seq int NOT NULL,
  facts_digest text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (subject_id, audience, job_id));

-- Whose turn it was: a row for each letter that counts against the cap of its address, erased after a day. The digest is SHA-256 of the
-- address in lower case: nothing reads it but a comparison.
CREATE TABLE holdfast.allowance (
  job_id bigint PRIMARY KEY,
  address_digest bytea NOT NULL CHECK (length(address_digest) = 32),
  at timestamptz NOT NULL);
CREATE INDEX allowance_address ON holdfast.allowance (address_digest, at);
