-- How many letters an action would fit, and how many it would not and why.
-- $1 action  $2 kind, or NULL  $3 state, or NULL  $4 what becomes of doubt
SELECT holdfast.fits_owed($1::text, j, $4::text) AS fits, count(*) AS number FROM holdfast.job j
WHERE j.kind = coalesce($2::text, j.kind) AND j.state::text = coalesce($3::text, j.state::text)
GROUP BY 1
