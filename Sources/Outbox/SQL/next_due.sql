-- How many seconds until the next job of these queues comes due; NULL when none is waiting. $1 queues  $2 kinds  $3 priorities
SELECT extract(epoch FROM min(due.run_at) - holdfast.clock())::float8 AS wait
FROM unnest($1::text[]) AS q(name)
CROSS JOIN unnest($3::int[]) AS p(priority)
CROSS JOIN LATERAL (
  SELECT j.run_at FROM holdfast.job j
  WHERE j.queue = q.name AND j.priority = p.priority AND j.run_at < 'infinity' AND j.state = 'ready' AND j.kind = ANY($2::text[])
  ORDER BY j.run_at LIMIT 1) AS due
