-- Issues the links the claimed letters carry: a branch for each purpose, which says whose link it is, how long it works and how often.
-- A job claimed again finds its row and signs it again.
INSERT INTO holdfast.link (jti, job_id, purpose, subject_id, gen, kid, issued_at, expires_at, max_uses)
SELECT gen_random_uuid(), due.job_id, due.purpose, due.subject_id, due.gen, k.kid, due.issued_at, due.expires_at, due.max_uses
FROM (
  SELECT j.id AS job_id, j.claim_no, 'rsv' AS purpose, r.id AS subject_id, r.link_gen AS gen, date_trunc('second', holdfast.clock()) AS issued_at,
         date_trunc('second', r.hold_expires_at) AS expires_at, 1 AS max_uses
  FROM holdfast.job j
  JOIN holdfast.kind t ON t.name = j.kind AND 'rsv' = ANY(t.links)
  JOIN booking.reservation r ON r.id = j.subject_id AND r.link_gen = j.subject_gen AND r.state = 'pending'
  WHERE j.id = ANY (current_setting('holdfast.claimed')::bigint[]) AND j.subject_kind = 'reservation'
  UNION ALL
  SELECT j.id, j.claim_no, 'act', p.id, p.link_gen, date_trunc('second', holdfast.clock()), date_trunc('second', holdfast.clock() + interval '7 days'), 1
  FROM holdfast.job j
  JOIN holdfast.kind t ON t.name = j.kind AND 'act' = ANY(t.links)
  JOIN booking.signup_task s ON s.id = j.subject_id AND s.state = 'open'
  JOIN booking.client p ON p.id = s.client_id AND p.link_gen = j.subject_gen AND p.portal_activated_at IS NULL
  WHERE j.id = ANY (current_setting('holdfast.claimed')::bigint[]) AND j.subject_kind = 'signup_task'
) AS due
JOIN holdfast.signing_key k ON k.state = 'active'
WHERE due.expires_at > due.issued_at
  -- The claim holds the job's row: nobody else issues its links. A conflict clause would wait for whoever revokes one just now. A first
  -- claim has none, which spares most letters the look.
  AND (due.claim_no = 1 OR NOT EXISTS (SELECT FROM holdfast.link l WHERE l.job_id = due.job_id AND l.purpose = due.purpose))
