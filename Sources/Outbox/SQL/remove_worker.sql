-- A worker that leaves letters in doubt behind leaves its lease as one that is over, so that the next to look finds them. $1 worker
WITH unsettled AS (
  SELECT FROM holdfast.job j WHERE j.state = 'running' AND j.claimed_by = $1::uuid LIMIT 1),
over AS (
  UPDATE holdfast.worker w SET lease_until = '-infinity' WHERE w.id = $1::uuid AND EXISTS (SELECT FROM unsettled))
DELETE FROM holdfast.worker w WHERE w.id = $1::uuid AND NOT EXISTS (SELECT FROM unsettled)
