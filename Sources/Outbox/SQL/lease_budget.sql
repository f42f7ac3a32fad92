-- Takes whole tokens out of a relay's bucket, as many as there are and were asked for; says how long until as many as asked for will be there.
-- A conflicting row is locked before SET is evaluated, so its clock is read after every lease before this one.
-- $1 relay  $2 tokens a second  $3 most
INSERT INTO holdfast.budget AS b (relay, tokens, refilled_at, granted)
SELECT $1::text, f.tokens - least($3::int, floor(f.tokens)), clock_timestamp(), least($3::int, floor(f.tokens))
FROM (SELECT greatest(1, $2::float8) AS tokens) AS f
ON CONFLICT (relay) DO UPDATE SET (tokens, refilled_at, granted) = (
  SELECT f.tokens - least($3::int, floor(f.tokens)), f.at, least($3::int, floor(f.tokens))
  FROM (SELECT t.at, least(greatest(1, $2::float8),
                           b.tokens + $2::float8 * greatest(0, extract(epoch FROM t.at - b.refilled_at)::float8)) AS tokens
        FROM (SELECT clock_timestamp() AS at OFFSET 0) AS t OFFSET 0) AS f)
RETURNING b.granted, greatest(0, ($3::int - b.tokens) / $2::float8)::float8 AS wait
