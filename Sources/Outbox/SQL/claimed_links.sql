SELECT l.job_id, l.jti, l.purpose, l.subject_id, l.gen, l.kid, l.issued_at, l.expires_at, l.revoked_at IS NOT NULL AS revoked
FROM unnest(current_setting('holdfast.claimed')::bigint[]) AS c(id)
JOIN holdfast.link l ON l.job_id = c.id
