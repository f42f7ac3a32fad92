-- A reader's times are found by whom they are with: by the address of who was invited, by client, by provider.
CREATE INDEX reservation_of_invitee ON booking.reservation (lower(invitee_email)) WHERE invitee_email IS NOT NULL;
CREATE INDEX reservation_with_client ON booking.reservation (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX reservation_with_provider ON booking.reservation (provider_id, starts_at);
