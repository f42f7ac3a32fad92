-- What is true now of the conversations that claimed letters are about: whether the reader has anything unread, and nothing of what it says.
SELECT j.id AS job_id, 1 AS gen, reader.unread, j.audience = 'client' AS to_client,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       false AS over_cap
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
JOIN booking.message_thread m ON m.id = j.subject_id
CROSS JOIN LATERAL (
  SELECT c.display_name AS name, c.email, c.locale, m.unread_by_client_since IS NOT NULL AS unread
  FROM booking.client c WHERE j.audience = 'client' AND c.id = m.client_id
  UNION ALL
  SELECT p.display_name, p.email, p.locale, m.unread_by_provider_since IS NOT NULL
  FROM booking.provider p WHERE j.audience = 'provider' AND p.id = m.provider_id) AS reader
WHERE j.id = ANY (current_setting('holdfast.claimed_message_threads')::bigint[])
