-- What the application writes besides reservations: invitations, changed addresses, secure messages.

ALTER TABLE booking.reservation ADD COLUMN reschedule_requested_at timestamptz;
COMMENT ON COLUMN booking.reservation.reschedule_requested_at IS
  'the provider asks for another time; the one that stands stays until the client has picked';

-- A stranger's name can be put into a hold by whoever may reserve: so many wait at once for one provider, and letters of further ones are
-- withheld. A practice that sends many raises it.
ALTER TABLE booking.provider ADD COLUMN most_holds int NOT NULL DEFAULT 20 CHECK (most_holds > 0);

-- The booking link, mailed for a provider to somebody who is to pick a time.
CREATE TABLE booking.invitation (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  provider_id uuid NOT NULL REFERENCES booking.provider,
  name text NOT NULL CHECK (booking.is_name(name)),
  email text NOT NULL CHECK (booking.is_address(email)),
  tz text NOT NULL CHECK (booking.is_time_zone(tz)),
  locale text NOT NULL DEFAULT 'en' CHECK (booking.is_locale(locale)),
  created_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_at timestamptz,
  booked uuid REFERENCES booking.reservation);
CREATE INDEX invitation_of_provider ON booking.invitation (provider_id) WHERE withdrawn_at IS NULL AND booked IS NULL;

-- An address that changed: both the old and the new one are told. Erased after 30 days.
CREATE TABLE booking.address_change (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  client_id uuid REFERENCES booking.client,
  provider_id uuid REFERENCES booking.provider,
  old_email text NOT NULL,
  new_email text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT address_change_at CHECK (isfinite(at)),
  CONSTRAINT address_change_whose CHECK (num_nonnulls(client_id, provider_id) = 1));
CREATE INDEX address_change_at ON booking.address_change (at);

-- A conversation of secure messages: who has not read since when, and never what was written.
CREATE TABLE booking.message_thread (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  client_id uuid NOT NULL REFERENCES booking.client,
  provider_id uuid NOT NULL REFERENCES booking.provider,
  unread_by_client_since timestamptz,
  unread_by_provider_since timestamptz,
  UNIQUE (client_id, provider_id));
