-- The links of the claimed letters, and the key that signs now.
SELECT l.job_id, l.jti, l.purpose, l.subject_id, l.gen, l.kid, k.kid AS active_kid, l.issued_at, l.expires_at,
       l.revoked_at IS NOT NULL AS revoked
FROM holdfast.link l
LEFT JOIN holdfast.signing_key k ON k.state = 'active'
WHERE l.job_id = ANY (current_setting('holdfast.claimed')::bigint[])
