-- A link of an older key is signed with the active one: the same row, so the same id, dates and single use.
UPDATE holdfast.link l SET kid = k.kid
FROM unnest(current_setting('holdfast.claimed')::bigint[]) AS c(id), holdfast.signing_key k
WHERE l.job_id = c.id AND k.state = 'active' AND l.kid <> k.kid AND l.revoked_at IS NULL
