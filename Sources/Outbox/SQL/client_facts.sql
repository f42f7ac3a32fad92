-- What is true now of the clients that claimed letters are about: digests, check-ins, surveys. A letter to a provider names them in its
-- arguments; one who is not there leaves no row.
SELECT j.id AS job_id, c.link_gen AS gen, c.status = 'active' AS active, c.checkins, c.display_name AS client_name,
       tasks.kinds AS open_tasks, coalesce(j.args ->> 'approved' = 'true', false) AS approved,
       holdfast.wall_clock(l.expires_at, reader.tz) AS link_end_local,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.tz AS recipient_tz, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       false AS over_cap
FROM holdfast.job j
JOIN holdfast.kind k ON k.name = j.kind
JOIN booking.client c ON c.id = j.subject_id
-- Not every text is an id, and an error here would end the claim of every letter beside this one.
LEFT JOIN booking.provider p ON p.id = CASE WHEN j.args ->> 'provider_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                            THEN (j.args ->> 'provider_id')::uuid END
CROSS JOIN LATERAL (
  SELECT c.display_name AS name, c.email, c.tz, c.locale WHERE j.audience = 'client'
  UNION ALL
  SELECT p.display_name, p.email, p.tz, p.locale WHERE j.audience = 'provider' AND p.id IS NOT NULL) AS reader
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(g.kind ORDER BY g.due_at NULLS LAST, g.kind), '{}') AS kinds
  FROM (SELECT t.kind, min(t.due_at) AS due_at FROM booking.signup_task t
        WHERE t.client_id = c.id AND t.state = 'open' AND t.kind <> 'activate_portal' GROUP BY t.kind) AS g) AS tasks
LEFT JOIN holdfast.link l ON l.job_id = j.id AND l.purpose = 'task'
WHERE j.id = ANY (current_setting('holdfast.claimed_clients')::bigint[])
