-- What happened to the accounts that claimed security notices are about, and whose they are. A changed address is told at the old one and at
-- the new one, as the letter's arguments say; anything else at the one that stands.
SELECT j.id AS job_id, coalesce(c.link_gen, p.link_gen) AS gen,
       CASE j.subject_kind WHEN 'address_change' THEN 'address_' || (j.args ->> 'to') ELSE j.args ->> 'event' END AS event, c.id IS NOT NULL AS of_client,
       holdfast.wall_clock(coalesce(a.at, j.created_at), reader.tz) AS happened_local,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.tz AS recipient_tz, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       false AS over_cap
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
LEFT JOIN booking.address_change a ON a.id = j.subject_id AND j.subject_kind = 'address_change'
LEFT JOIN booking.client c ON c.id = CASE j.subject_kind WHEN 'client' THEN j.subject_id WHEN 'address_change' THEN a.client_id END
LEFT JOIN booking.provider p ON p.id = CASE j.subject_kind WHEN 'provider' THEN j.subject_id WHEN 'address_change' THEN a.provider_id END
CROSS JOIN LATERAL (
  SELECT coalesce(c.display_name, p.display_name) AS name, coalesce(c.tz, p.tz) AS tz, coalesce(c.locale, p.locale) AS locale,
         CASE WHEN j.subject_kind <> 'address_change' THEN coalesce(c.email, p.email)
              WHEN j.args ->> 'to' = 'old' THEN a.old_email WHEN j.args ->> 'to' = 'new' THEN a.new_email END AS email
  WHERE num_nonnulls(c.id, p.id) = 1) AS reader
WHERE j.id = ANY (current_setting('holdfast.claimed_accounts')::bigint[])
