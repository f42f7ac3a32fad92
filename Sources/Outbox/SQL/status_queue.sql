-- What is owed, by kind. A job in doubt may have been delivered by an earlier attempt; it is counted beside its state.
SELECT j.kind,
       count(*) FILTER (WHERE j.state = 'ready' AND j.run_at <= holdfast.clock()) AS due,
       count(*) FILTER (WHERE j.state = 'ready' AND j.run_at > holdfast.clock()) AS later,
       count(*) FILTER (WHERE j.state = 'running') AS running,
       count(*) FILTER (WHERE j.state = 'held') AS held,
       count(*) FILTER (WHERE j.in_doubt_at IS NOT NULL OR j.rescued_at IS NOT NULL) AS in_doubt,
       extract(epoch FROM holdfast.clock() - min(j.run_at) FILTER (WHERE j.state = 'ready' AND j.run_at <= holdfast.clock()))::float8
         AS oldest_due
FROM holdfast.job j GROUP BY j.kind ORDER BY j.kind
