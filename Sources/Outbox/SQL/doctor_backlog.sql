-- What waits for somebody: letters that should have left, that are held, that brought workers down, that are in doubt for long.
SELECT count(*) FILTER (WHERE due.since IS NOT NULL) AS overdue,
       extract(epoch FROM holdfast.clock() - min(due.since))::float8 AS oldest_overdue,
       count(*) FILTER (WHERE j.state = 'held') AS held,
       count(*) FILTER (WHERE j.state = 'ready' AND j.crashes >= 2) AS suspects,
       count(*) FILTER (WHERE j.state <> 'held' AND j.in_doubt_at < holdfast.clock() - interval '1 hour') AS old_doubts
FROM holdfast.job j
LEFT JOIN LATERAL (
  SELECT j.run_at AS since WHERE j.state = 'ready' AND j.run_at < holdfast.clock() - interval '5 minutes'
    AND NOT EXISTS (SELECT FROM holdfast.pause p WHERE p.kind IN (j.kind, '*'))) AS due ON true
