-- Letters that ended badly, the oldest first, each unless a later copy of the same letter arrived, or its reader was told
-- since how the subject stands, by whatever letter; and how many there are in all. A code is a reply's or an enhanced one.
-- $1 how long ago at most  $2 outcomes  $3 kinds, or NULL  $4 codes, or NULL  $5 most
WITH bad AS (
  SELECT DISTINCT ON (h.subject_id, h.kind, h.audience, which) h.job_id, h.kind, h.subject_kind, h.subject_id, h.audience, h.at,
         holdfast.which_of(h.args) AS which
  FROM holdfast.history h
  WHERE h.at >= statement_timestamp() - $1::interval AND h.final AND h.outcome = ANY ($2::text[])
    AND h.kind = ANY (coalesce($3::text[], ARRAY[h.kind]))
    AND ($4::text[] IS NULL OR h.code::text = ANY ($4::text[]) OR h.enhanced = ANY ($4::text[]))
  ORDER BY h.subject_id, h.kind, h.audience, which, h.job_id DESC, h.at DESC)
SELECT b.job_id, b.kind, b.subject_kind, b.subject_id, b.audience, count(*) OVER () AS matched
FROM bad b
WHERE NOT EXISTS (
  SELECT FROM holdfast.history s
  WHERE s.subject_id = b.subject_id AND s.kind = b.kind AND s.audience = b.audience AND s.outcome = 'sent' AND (s.at > b.at OR s.job_id > b.job_id)
    AND holdfast.which_of(s.args) = b.which)
  AND NOT EXISTS (
    SELECT FROM holdfast.told t JOIN holdfast.kind k ON k.name = b.kind AND k.tells
    WHERE t.subject_id = b.subject_id AND t.audience = b.audience AND t.at > b.at
      AND t.facts_digest = holdfast.digest_of(b.subject_kind, b.subject_id))
ORDER BY b.at, b.job_id LIMIT $5::int
