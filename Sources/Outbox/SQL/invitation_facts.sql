-- What is true now of the invitations that claimed letters are about, and until when the booking link works where the reader lives.
SELECT j.id AS job_id, p.link_gen AS gen, i.withdrawn_at IS NULL AND i.booked IS NULL AS open, i.name AS invitee_name,
       p.display_name AS provider_name, holdfast.wall_clock(l.expires_at, reader.tz) AS link_end_local,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.tz AS recipient_tz, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       k.capped AND NOT EXISTS (SELECT FROM holdfast.allowance a WHERE a.job_id = j.id) AS over_cap
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
JOIN booking.invitation i ON i.id = j.subject_id
JOIN booking.provider p ON p.id = i.provider_id
CROSS JOIN LATERAL (
  SELECT i.name, i.email, i.tz, i.locale WHERE j.audience = 'invitee'
  UNION ALL
  SELECT p.display_name, p.email, p.tz, p.locale WHERE j.audience = 'provider') AS reader
LEFT JOIN holdfast.link l ON l.job_id = j.id AND l.purpose = 'inv'
WHERE j.id = ANY (current_setting('holdfast.claimed_invitations')::bigint[])
