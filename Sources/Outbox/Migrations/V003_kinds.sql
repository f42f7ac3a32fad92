-- The kinds of letters this version can queue and send. `Notifications.Kind.all` lists the same; a test holds them together.
INSERT INTO holdfast.kind (name, priority, class, audience, lifetime, links) VALUES
  ('reservation.confirm', 0, 'required', 'invitee', '14 days', '{rsv}'),
  ('portal.activate', 1, 'required', 'client', '7 days', '{act}');
