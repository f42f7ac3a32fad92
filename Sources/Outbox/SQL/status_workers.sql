SELECT w.id, w.started_at, extract(epoch FROM w.lease_until - clock_timestamp())::float8 AS lease_left
FROM holdfast.worker w ORDER BY w.started_at
