-- What is true now of the reservations that claimed letters are about. Times are worded where the reader meets them: a visit in person
-- where the provider is, anything else where the reader is.
SELECT j.id AS job_id, r.state, r.link_gen AS gen, r.place, r.place_text, coalesce(cl.display_name, r.invitee_name) AS visitor_name,
       holdfast.wall_clock(r.starts_at, whereabouts.tz) AS starts_local, whereabouts.tz AS starts_tz,
       -- An error here would end the claim of every letter beside this one.
       CASE WHEN isfinite(r.hold_expires_at) THEN holdfast.wall_clock(r.hold_expires_at, reader.tz) END AS deadline_local,
       p.display_name AS provider_name, coalesce(y.requires_authorization, false) AS requires_authorization,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.tz AS recipient_tz, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())) AS suppressed
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
JOIN booking.reservation r ON r.id = j.subject_id
JOIN booking.provider p ON p.id = r.provider_id
LEFT JOIN booking.client cl ON cl.id = r.client_id
LEFT JOIN booking.payor y ON y.id = r.payor_id
CROSS JOIN LATERAL (
  SELECT CASE j.audience WHEN 'invitee' THEN r.invitee_name WHEN 'client' THEN cl.display_name WHEN 'provider' THEN p.display_name END AS name,
         CASE j.audience WHEN 'invitee' THEN r.invitee_email WHEN 'client' THEN cl.email WHEN 'provider' THEN p.email END AS email,
         CASE j.audience WHEN 'invitee' THEN r.invitee_tz WHEN 'client' THEN cl.tz WHEN 'provider' THEN p.tz END AS tz,
         coalesce(CASE j.audience WHEN 'invitee' THEN r.invitee_locale WHEN 'client' THEN cl.locale WHEN 'provider' THEN p.locale END, 'en') AS locale) AS reader
CROSS JOIN LATERAL (SELECT CASE r.place WHEN 'in_person' THEN p.tz ELSE reader.tz END AS tz) AS whereabouts
WHERE j.id = ANY (current_setting('holdfast.claimed')::bigint[]) AND j.subject_kind = 'reservation'
