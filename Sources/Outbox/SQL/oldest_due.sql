-- By how many seconds the oldest due letter of each queue is late; 0 when none is due. $1 queues  $2 priorities
SELECT q.name AS queue, coalesce(extract(epoch FROM holdfast.clock() - min(due.run_at)), 0)::float8 AS late
FROM unnest($1::text[]) AS q(name)
CROSS JOIN unnest($2::int[]) AS p(priority)
LEFT JOIN LATERAL (
  SELECT j.run_at FROM holdfast.job j
  WHERE j.queue = q.name AND j.priority = p.priority AND j.run_at <= holdfast.clock() AND j.state = 'ready'
  ORDER BY j.run_at LIMIT 1) AS due ON true
GROUP BY q.name
