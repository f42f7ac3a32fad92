-- A lease that ran out is not renewed: another worker may already have taken its jobs. $1 worker  $2 length of the lease
UPDATE holdfast.worker SET lease_until = clock_timestamp() + $2::interval WHERE id = $1::uuid AND lease_until > clock_timestamp()
