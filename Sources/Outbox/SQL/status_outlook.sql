-- What waits: for another attempt, also after one that counted for nothing, for an operator, for certainty, for its own time.
SELECT count(*) FILTER (WHERE j.state = 'ready' AND j.claim_no > 0) AS retries,
       count(*) FILTER (WHERE j.state = 'ready' AND j.claim_no > 0 AND j.run_at <= holdfast.clock()) AS retries_due,
       min(j.run_at) FILTER (WHERE j.state = 'ready' AND j.claim_no > 0) AS next_retry,
       extract(epoch FROM now() - min(coalesce(j.in_doubt_at, j.rescued_at)))::float8 AS oldest_doubt,
       extract(epoch FROM now() - min(coalesce(j.in_doubt_at, j.rescued_at)) FILTER (WHERE j.state = 'held'))::float8 AS oldest_held_doubt,
       count(*) FILTER (WHERE j.state = 'held') AS held,
       count(*) FILTER (WHERE j.state = 'held' AND num_nonnulls(j.in_doubt_at, j.rescued_at) > 0) AS held_in_doubt,
       count(*) FILTER (WHERE j.state = 'ready' AND j.claim_no = 0 AND j.run_at > holdfast.clock()) AS scheduled,
       max(j.run_at) FILTER (WHERE j.state = 'ready' AND j.claim_no = 0 AND j.run_at > holdfast.clock()) AS horizon
FROM holdfast.job j
