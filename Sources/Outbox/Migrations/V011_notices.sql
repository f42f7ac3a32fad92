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

-- Whose turn it was: a row for each letter that counts against the cap of its address, erased after a day.
CREATE TABLE holdfast.allowance (
  job_id bigint PRIMARY KEY,
  address text NOT NULL CHECK (address = lower(address)),
  at timestamptz NOT NULL);
CREATE INDEX allowance_address ON holdfast.allowance (address, at);
