SELECT l.job_id, l.jti, l.purpose, l.subject_id, l.gen, l.kid, l.issued_at, l.expires_at
FROM unnest(current_setting('holdfast.claimed')::bigint[]) AS c(id)
JOIN holdfast.link l ON l.job_id = c.id AND l.revoked_at IS NULL
