-- $1 worker  $2 length of the lease  $3 what it says of itself
INSERT INTO holdfast.worker (id, lease_until, info) VALUES ($1::uuid, clock_timestamp() + $2::interval, $3::jsonb)
