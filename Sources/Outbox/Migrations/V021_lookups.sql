-- What letters are about is found by whom it is with: by address, by client, by provider.
CREATE INDEX client_of_address ON booking.client (lower(email));
CREATE INDEX reservation_of_invitee ON booking.reservation (lower(invitee_email)) WHERE invitee_email IS NOT NULL;
CREATE INDEX reservation_with_client ON booking.reservation (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX reservation_with_provider ON booking.reservation (provider_id, starts_at);
CREATE INDEX signup_task_of_client ON booking.signup_task (client_id);
CREATE INDEX signup_task_with_reservation ON booking.signup_task (reservation_id) WHERE reservation_id IS NOT NULL;
CREATE INDEX invitation_of_invitee ON booking.invitation (lower(email));
CREATE INDEX invitation_with_provider ON booking.invitation (provider_id);
CREATE INDEX message_thread_with_provider ON booking.message_thread (provider_id);
