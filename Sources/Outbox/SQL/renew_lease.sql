-- A lease that ran out is renewed as long as nobody has rescued its jobs, which deletes this row under its lock.
-- $1 worker  $2 length of the lease
UPDATE holdfast.worker SET lease_until = clock_timestamp() + $2::interval WHERE id = $1::uuid
