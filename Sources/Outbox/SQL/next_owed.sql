-- The next letters that an action fits.
-- $1 action  $2 kind, or NULL  $3 state, or NULL  $4 what becomes of doubt  $5 the one before  $6 among these, or NULL  $7 most
SELECT j.id FROM holdfast.job j
WHERE j.id > $5::bigint AND j.kind = coalesce($2::text, j.kind) AND j.state::text = coalesce($3::text, j.state::text)
  AND ($6::bigint[] IS NULL OR j.id = ANY ($6::bigint[])) AND holdfast.fits_owed($1::text, j, $4::text) = 'done'
ORDER BY j.id LIMIT $7::int
