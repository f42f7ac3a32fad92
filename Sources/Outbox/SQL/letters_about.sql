-- The newest letter of each kind about each of these subjects that was tried or is due, the newest first. What waits for its own time was not
-- missed by anybody; what was taken back, or brings workers down, is asked for by its number.
-- $1 kinds of subjects  $2 subjects  $3 whose letters; NULL is everybody's  $4 their arguments  $5 most
WITH named AS (SELECT DISTINCT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]::jsonb[]) AS n(subject_kind, subject_id, audience, args)),
letters AS (
  SELECT j.id AS job_id, j.kind, j.subject_kind, j.subject_id, j.audience, j.args, greatest(j.claimed_at, j.created_at) AS at, false AS is_gone
  FROM named n
  JOIN holdfast.job j ON j.subject_id = n.subject_id AND j.subject_kind = n.subject_kind AND j.audience = coalesce(n.audience, j.audience)
                     AND j.args @> n.args
  WHERE j.claim_no > 0 OR j.run_at <= holdfast.clock() OR j.state <> 'ready'
  UNION ALL
  SELECT h.job_id, h.kind, h.subject_kind, h.subject_id, h.audience, h.args, h.at,
         bool_or(h.final AND h.outcome IN ('cancelled', 'poison')) OVER (PARTITION BY h.job_id)
  FROM named n
  JOIN holdfast.history h ON h.subject_id = n.subject_id AND h.subject_kind = n.subject_kind AND h.audience = coalesce(n.audience, h.audience)
                         AND h.args @> n.args),
newest AS (
  SELECT DISTINCT ON (l.subject_id, l.kind, l.audience, holdfast.which_of(l.args)) * FROM letters l WHERE NOT l.is_gone
  ORDER BY l.subject_id, l.kind, l.audience, holdfast.which_of(l.args), l.job_id DESC, l.at DESC)
SELECT n.job_id, n.kind, n.subject_kind, n.subject_id, n.audience FROM newest n ORDER BY n.at DESC, n.job_id DESC LIMIT $5::int
