-- A link of an older key is signed with the active one: the same row, so the same id, dates and single use. It waits for nobody: a link that
-- somebody redeems or revokes this moment keeps its old key. $1 ids of links  $2 the active kid
UPDATE holdfast.link SET kid = $2::text
WHERE jti IN (SELECT l.jti FROM holdfast.link l WHERE l.jti = ANY ($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED)
