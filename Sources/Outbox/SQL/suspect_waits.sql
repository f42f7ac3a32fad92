-- Whether a suspect this worker could take has been due for so long; one of a stopped kind does not wait.
-- $1 queues  $2 kinds  $3 priorities  $4 how long
SELECT EXISTS (
  SELECT FROM unnest($1::text[]) AS q(name)
  CROSS JOIN unnest($3::int[]) AS p(priority)
  CROSS JOIN LATERAL (
    SELECT FROM holdfast.job j
    WHERE j.queue = q.name AND j.priority = p.priority AND j.run_at <= holdfast.clock() - $4::interval AND j.state = 'ready'
      AND j.kind = ANY($2::text[]) AND j.crashes >= 2
      AND NOT EXISTS (SELECT FROM holdfast.pause s WHERE s.kind IN (j.kind, '*'))
    LIMIT 1) AS due) AS waits
