-- The links that the claimed letters are to carry: a branch for each purpose, which says whose link it is, how long it works and how often.
-- A job claimed again finds its row and signs it again; a link that its letter can do without may have none.
SELECT gen_random_uuid() AS jti, j.id AS job_id, j.kind, p.purpose, due.subject_id, due.gen, s.kid, t.now AS issued_at,
       date_trunc('second', due.expires_at) AS expires_at, due.max_uses
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
CROSS JOIN unnest(k.links) AS p(purpose)
CROSS JOIN LATERAL (SELECT date_trunc('second', holdfast.clock()) AS now) AS t
LEFT JOIN booking.reservation r ON j.subject_kind = 'reservation' AND r.id = j.subject_id AND r.link_gen = j.subject_gen
CROSS JOIN LATERAL (
  -- Takes the time that is held, once.
  SELECT r.id AS subject_id, r.link_gen AS gen, r.hold_expires_at AS expires_at, 1 AS max_uses
  WHERE p.purpose = 'rsv' AND r.state = 'pending'
  UNION ALL
  -- Moves or cancels an appointment, while that may be done and not in the reminder three hours before. Who is asked to move it is asked for
  -- an answer a day before.
  SELECT r.id, r.link_gen,
         CASE WHEN j.kind = 'appointment.reschedule_request' AND r.starts_at - interval '24 hours' > t.now
              THEN r.starts_at - interval '24 hours' ELSE r.starts_at END, NULL
  FROM booking.provider v
  WHERE p.purpose = 'appt' AND r.state = 'confirmed' AND v.id = r.provider_id
    AND (j.kind = 'appointment.reschedule_request'
         OR (holdfast.clock() <= r.starts_at - v.edit_cutoff AND j.args ->> 'hours' IS DISTINCT FROM '3'))
  UNION ALL
  -- Activates the portal, once: for the task itself, or in the confirmation of the reservation that the task belongs to.
  SELECT c.id, c.link_gen, t.now + interval '7 days', 1
  FROM booking.signup_task a JOIN booking.client c ON c.id = a.client_id
  WHERE p.purpose = 'act' AND j.subject_kind = 'signup_task' AND a.id = j.subject_id AND a.state = 'open'
    AND c.link_gen = j.subject_gen AND c.portal_activated_at IS NULL
  UNION ALL
  SELECT c.id, c.link_gen, t.now + interval '7 days', 1
  FROM booking.signup_task a JOIN booking.client c ON c.id = a.client_id
  WHERE p.purpose = 'act' AND r.state = 'confirmed' AND a.client_id = r.client_id AND a.kind = 'activate_portal' AND a.state = 'open'
    AND a.reservation_id = r.id AND c.portal_activated_at IS NULL AND c.status <> 'archived'
  UNION ALL
  -- Leads to what a client has yet to do, until the first of it that the letter is about is due.
  SELECT c.id, c.link_gen, least(t.now + interval '14 days', open.due_at), NULL
  FROM booking.client c
  CROSS JOIN LATERAL (
    SELECT min(a.due_at) AS due_at FROM booking.signup_task a
    WHERE a.client_id = c.id AND a.state = 'open' AND a.due_at >= t.now + interval '1 second'
      AND CASE j.kind WHEN 'task.digest' THEN a.kind <> 'activate_portal' WHEN 'survey.request' THEN a.kind = 'survey' END) AS open
  WHERE p.purpose = 'task' AND j.subject_kind = 'client' AND c.id = j.subject_id
  UNION ALL
  -- Books one time with the provider who invites.
  SELECT i.id, v.link_gen, t.now + interval '30 days', 1
  FROM booking.invitation i JOIN booking.provider v ON v.id = i.provider_id
  WHERE p.purpose = 'inv' AND j.subject_kind = 'invitation' AND i.id = j.subject_id AND i.withdrawn_at IS NULL AND i.booked IS NULL
    AND v.link_gen = j.subject_gen
  UNION ALL
  -- Says which letters a client wants.
  SELECT c.id, c.link_gen, t.now + interval '1 year', NULL
  FROM booking.client c
  WHERE p.purpose = 'pref' AND c.id = CASE j.subject_kind WHEN 'client' THEN j.subject_id ELSE r.client_id END) AS due
JOIN holdfast.signing_key s ON s.state = 'active'
WHERE j.id = ANY (current_setting('holdfast.claimed')::bigint[])
  AND date_trunc('second', due.expires_at) > t.now
  -- The claim holds the job's row: nobody else issues its links. A conflict clause would wait for whoever revokes one just now. A first
  -- claim has none, which spares most letters the look; and IS NULL, that a planner reads all links there are for it.
  AND (j.claim_no = 1 OR (SELECT l.jti FROM holdfast.link l WHERE l.job_id = j.id AND l.purpose = p.purpose) IS NULL)
