-- How many seconds until the next job of these queues comes due; NULL when none is waiting. Jobs of stopped kinds do not wait; suspects are asked for
-- by themselves.
-- $1 queues  $2 kinds  $3 priorities  $4 low-water mark of run_at
WITH open AS MATERIALIZED (
  SELECT array_agg(k.name) AS kinds FROM unnest($2::text[]) AS k(name)
  WHERE NOT EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (k.name, '*')))
SELECT extract(epoch FROM min(due.run_at) - holdfast.clock())::float8 AS wait
FROM (SELECT o.kinds FROM open o WHERE o.kinds IS NOT NULL) AS o
CROSS JOIN unnest($1::text[]) AS q(name)
CROSS JOIN unnest($3::int[]) AS p(priority)
CROSS JOIN LATERAL (
  SELECT j.run_at FROM holdfast.job j
  WHERE j.queue = q.name AND j.priority = p.priority AND j.run_at >= $4::timestamptz AND j.run_at < 'infinity'
    AND j.state = 'ready' AND j.kind = ANY(o.kinds) AND j.crashes < 2
  ORDER BY j.run_at LIMIT 1) AS due
