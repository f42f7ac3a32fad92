-- The next letters re-sign links of the old key with the new one. $1 kid
UPDATE holdfast.signing_key SET state = 'active' WHERE kid = $1::text AND state IN ('next', 'active') RETURNING kid
