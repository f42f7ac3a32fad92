-- How many letters are owed, by kind and state, of at most so many: a deep queue must not make looking at it dear. $1 most
SELECT j.kind, s.state, count(*) AS jobs, count(*) FILTER (WHERE j.in_doubt_at IS NOT NULL) AS in_doubt
FROM (SELECT kind, state, run_at, in_doubt_at FROM holdfast.job LIMIT $1::int) AS j
CROSS JOIN LATERAL (
  SELECT CASE WHEN j.state <> 'ready' THEN j.state::text WHEN j.run_at > holdfast.clock() THEN 'waiting' ELSE 'due' END) AS s(state)
GROUP BY j.kind, s.state
