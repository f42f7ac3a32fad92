-- A lease that ran out is renewed as long as nobody has rescued its jobs, which deletes this row under its lock.
-- $1 worker  $2 length of the lease  $3 how its relays stand
UPDATE holdfast.worker w SET lease_until = clock_timestamp() + $2::interval, info = w.info || jsonb_build_object('relays', $3::jsonb)
WHERE w.id = $1::uuid
