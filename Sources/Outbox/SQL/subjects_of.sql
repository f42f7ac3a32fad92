-- What letters are about that go to an address or belong to an id, and whose letters are meant; what is gone is known by its letters. Whoever
-- means everybody's letters means each reader's.
-- $1 address  $2 id
WITH found AS (
  SELECT f.subject_kind, f.subject_id, f.audience, f.args, f.has_older FROM holdfast.subjects_of($1::text, $2::uuid) AS f
  UNION
  SELECT j.subject_kind, j.subject_id, NULL, '{}', false FROM holdfast.job j WHERE j.subject_id = $2::uuid
  UNION
  SELECT h.subject_kind, h.subject_id, NULL, '{}', false FROM holdfast.history h WHERE h.subject_id = $2::uuid)
SELECT f.subject_kind, f.subject_id, f.audience, f.args::text AS args, f.has_older FROM found f
WHERE f.audience IS NULL
   OR NOT EXISTS (SELECT FROM found e WHERE (e.subject_kind, e.subject_id) = (f.subject_kind, f.subject_id) AND e.audience IS NULL)
