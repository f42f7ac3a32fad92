-- What is true now of the reservations that claimed letters are about. Times are worded where the reader meets them: a visit in person
-- where the provider is, anything else where the reader is; deadlines always where the reader is.
SELECT j.id AS job_id, r.id AS reservation_id, r.state, r.link_gen AS gen, r.place, r.place_text, r.starts_at, r.ends_at, r.ical_seq, r.series_id IS NOT NULL AS in_series,
       coalesce(cl.display_name, r.invitee_name) AS visitor_name, r.starts_at > holdfast.clock() AS ahead,
       r.changed_by = 'client' AS changed_by_client, r.reschedule_requested_at IS NOT NULL AS asked_to_move,
       holdfast.wall_clock(r.starts_at, whereabouts.tz) AS starts_local, whereabouts.tz AS starts_tz,
       -- An error here would end the claim of every letter beside this one.
       CASE WHEN isfinite(r.hold_expires_at) THEN holdfast.wall_clock(r.hold_expires_at, reader.tz) END AS deadline_local,
       CASE WHEN r.state = 'confirmed' THEN holdfast.wall_clock(r.starts_at - p.edit_cutoff, reader.tz) END AS cutoff_local,
       holdfast.clock() <= r.starts_at - p.edit_cutoff AS editable,
       CASE WHEN r.state = 'confirmed' THEN (
         SELECT holdfast.wall_clock(l.expires_at, reader.tz) FROM holdfast.link l WHERE l.job_id = j.id AND l.purpose = 'appt') END AS link_end_local,
       p.display_name AS provider_name, p.booking_slug, p.notices, coalesce(y.requires_authorization, false) AS requires_authorization,
       r.state = 'confirmed' AND EXISTS (
         SELECT FROM booking.signup_task t
         WHERE t.client_id = r.client_id AND t.kind = 'accept_agreements' AND t.state = 'open' AND coalesce(t.reservation_id, r.id) = r.id) AS agreements,
       coalesce(j.args ->> 'hours' = '3', false) AS soon,
       -- What others told this reader last; a letter that is sent again says what it said, and its own earlier copies are none of them. While
       -- another is under way nobody knows what the reader will have been told. What was told with a link that is void is not the same: that
       -- link is worth a letter.
       CASE WHEN said.digest IS NULL AND NOT flying.is_telling THEN 'nothing'
            WHEN k.tells AND NOT flying.is_telling AND said.digest = holdfast.digest_of(j.subject_kind, j.subject_id)
                 AND (j.args ->> 'reason' IN ('reissued', 'resend')) IS NOT TRUE
                 AND NOT EXISTS (SELECT FROM holdfast.link l WHERE l.job_id = said.job_id AND l.purpose = 'appt' AND l.revoked_at IS NOT NULL) THEN 'same'
            ELSE 'otherwise' END AS told,
       r.state = 'cancelled' AND (
         EXISTS (SELECT FROM holdfast.told t WHERE t.subject_id = r.id AND t.job_id <> j.id)
         OR EXISTS (SELECT FROM holdfast.job o WHERE o.subject_id = r.id AND o.id <> j.id AND o.state = 'running' AND o.telling IS NOT NULL
                    AND o.kind NOT IN ('appointment.cancelled', 'provider.cancelled'))) AS known,
       reader.name AS recipient_name, reader.email AS recipient_email, reader.tz AS recipient_tz, reader.locale AS recipient_locale,
       EXISTS (SELECT FROM holdfast.suppression s
               WHERE s.address = lower(reader.email) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
               AND (j.even_suppressed IS NOT TRUE OR s.reason = 'complaint')) AS suppressed,
       k.capped AND NOT EXISTS (SELECT FROM holdfast.allowance a WHERE a.job_id = j.id) AS over_cap
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
LEFT JOIN LATERAL (
  SELECT t.facts_digest AS digest, t.job_id FROM holdfast.told t
  WHERE t.subject_id = r.id AND t.audience = j.audience AND t.job_id <> j.id
    AND (j.args -> 'resends' @> to_jsonb(t.job_id)) IS NOT TRUE
  ORDER BY t.at DESC LIMIT 1) AS said ON true
CROSS JOIN LATERAL (SELECT k.tells AND NOT k.capped AND EXISTS (
  SELECT FROM holdfast.job o WHERE o.subject_id = r.id AND o.audience = j.audience AND o.id <> j.id
  AND o.state = 'running' AND o.telling IS NOT NULL) AS is_telling) AS flying
WHERE j.id = ANY (current_setting('holdfast.claimed_reservations')::bigint[])
