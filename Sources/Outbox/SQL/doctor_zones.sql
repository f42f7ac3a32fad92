-- The time zones that people are written to in, and whether this server knows them by that name.
SELECT used.zone, known.name IS NOT NULL AS is_known
FROM (SELECT p.tz AS zone FROM booking.provider p
      UNION SELECT c.tz FROM booking.client c
      UNION SELECT i.tz FROM booking.invitation i WHERE i.withdrawn_at IS NULL AND i.booked IS NULL
      UNION SELECT r.invitee_tz FROM booking.reservation r WHERE r.ends_at > holdfast.clock() AND r.invitee_tz IS NOT NULL) AS used
LEFT JOIN pg_timezone_names known ON known.name = used.zone
ORDER BY used.zone
