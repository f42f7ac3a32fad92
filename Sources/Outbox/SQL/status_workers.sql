SELECT w.id, w.started_at, extract(epoch FROM w.lease_until - clock_timestamp())::float8 AS lease_left,
       w.info ->> 'version' AS version, w.info ->> 'pid' AS pid, coalesce(w.info -> 'relays', '[]')::text AS relays
FROM holdfast.worker w ORDER BY w.started_at
