-- A link of an older key is signed with the active one: the same row, so the same id, dates and single use. $1 ids of links  $2 the active kid
UPDATE holdfast.link SET kid = $2::text WHERE jti = ANY ($1::uuid[])
