-- What is true now of the signup tasks that claimed letters are about, and until when the activation link works where the reader lives.
SELECT j.id AS job_id, t.state, p.link_gen AS gen, p.portal_activated_at IS NOT NULL AS activated, p.status AS client_status,
       holdfast.wall_clock(l.expires_at, p.tz) AS deadline_local, r.state AS reservation_state,
       p.display_name AS recipient_name, p.email AS recipient_email, p.tz AS recipient_tz, p.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(p.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       false AS over_cap
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
JOIN booking.signup_task t ON t.id = j.subject_id
JOIN booking.client p ON p.id = t.client_id
LEFT JOIN booking.reservation r ON r.id = t.reservation_id
LEFT JOIN holdfast.link l ON l.job_id = j.id AND l.purpose = 'act'
WHERE j.id = ANY (current_setting('holdfast.claimed_signup_tasks')::bigint[])
