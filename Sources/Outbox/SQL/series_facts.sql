-- What is true now of the series of appointments that claimed letters are about: its times that stand and lie ahead, worded where the reader
-- meets them, and what its readers were told.
SELECT j.id AS job_id, 1 AS gen, j.audience = 'client' AS to_client, p.display_name AS provider_name, p.notices, cl.display_name AS visitor_name,
       times.locals, times.places, times.texts AS place_texts, times.tz AS times_tz,
       -- That nothing is left of it is news also to a reader who made it and was told of none.
       CASE WHEN said.digest IS NULL AND NOT flying.is_telling AND (times.locals <> '{}' OR NOT EXISTS (
              SELECT FROM holdfast.told t WHERE t.subject_id = j.subject_id AND t.job_id <> j.id)) THEN 'nothing'
            WHEN said.digest = holdfast.digest_of('series', j.subject_id) AND NOT flying.is_telling
                 AND (j.args ->> 'reason' = 'resend') IS NOT TRUE THEN 'same'
            ELSE 'otherwise' END AS told,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       false AS over_cap
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
CROSS JOIN LATERAL (
  SELECT r.provider_id, r.client_id, r.place FROM booking.reservation r
  WHERE r.series_id = j.subject_id AND r.client_id IS NOT NULL ORDER BY r.state = 'confirmed' DESC, r.starts_at DESC LIMIT 1) AS newest
JOIN booking.provider p ON p.id = newest.provider_id
JOIN booking.client cl ON cl.id = newest.client_id
CROSS JOIN LATERAL (
  SELECT cl.display_name AS name, cl.email, cl.locale, cl.tz WHERE j.audience = 'client'
  UNION ALL
  SELECT p.display_name, p.email, p.locale, p.tz WHERE j.audience = 'provider') AS reader
CROSS JOIN LATERAL (SELECT CASE newest.place WHEN 'in_person' THEN p.tz ELSE reader.tz END AS tz) AS whereabouts
CROSS JOIN LATERAL (
  SELECT whereabouts.tz, coalesce(array_agg(holdfast.wall_clock(a.starts_at, whereabouts.tz) ORDER BY a.starts_at), '{}') AS locals,
         coalesce(array_agg(a.place ORDER BY a.starts_at), '{}') AS places, coalesce(array_agg(coalesce(a.place_text, '') ORDER BY a.starts_at), '{}') AS texts
  FROM (SELECT r.starts_at, r.place, r.place_text FROM booking.reservation r
        WHERE r.series_id = j.subject_id AND r.state = 'confirmed' AND r.starts_at > holdfast.clock()
        ORDER BY r.starts_at LIMIT 60) AS a) AS times
LEFT JOIN LATERAL (
  SELECT t.facts_digest AS digest FROM holdfast.told t
  WHERE t.subject_id = j.subject_id AND t.audience = j.audience AND t.job_id <> j.id
    AND (j.args -> 'resends' @> to_jsonb(t.job_id)) IS NOT TRUE
  ORDER BY t.at DESC LIMIT 1) AS said ON true
CROSS JOIN LATERAL (SELECT k.tells AND EXISTS (
  SELECT FROM holdfast.job o WHERE o.subject_id = j.subject_id AND o.audience = j.audience AND o.id <> j.id
  AND o.state = 'running' AND o.telling IS NOT NULL) AS is_telling) AS flying
WHERE j.id = ANY (current_setting('holdfast.claimed_series')::bigint[])
